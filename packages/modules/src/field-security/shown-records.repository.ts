import { Inject, Injectable } from '@nestjs/common';
import { TenantPool } from '@pellucid/platform/db';
import {
  type FilterContext,
  type LoadedRecord,
  type ReadPlan,
  RecordReader,
} from '@pellucid/platform/records';

/** Records and their names, as far as the reader may see them. */
@Injectable()
export class ShownRecordsRepository {
  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(RecordReader) private readonly reader: RecordReader,
  ) {}

  /**
   * Returns undeleted records by id.
   * @param action another action whose scope must contain them, in addition to reading
   */
  async load(
    context: FilterContext,
    plan: ReadPlan,
    ids: string[],
    action?: string,
  ): Promise<{ seen: Map<string, LoadedRecord>; inScope: Set<string> }> {
    const bare = this.reader.plan(context.descriptor, []);
    const [seen, inScope] = await this.pool.read([
      this.reader.byIds(plan, ids, context, 'read', 'living'),
      ...(action ? [this.reader.byIds(bare, ids, context, action, 'living')] : []),
    ]);
    return {
      seen: new Map((seen!.rows as unknown as any[][]).map((row) => [row[0], plan.load(row)])),
      inScope: new Set((inScope?.rows as unknown as any[][] | undefined)?.map((row) => row[0])),
    };
  }

  /** Returns names of records of several objects, by id. */
  async names(wanted: { context: FilterContext; ids: string[] }[]): Promise<Map<string, string>> {
    const asked = wanted.filter(({ ids }) => ids.length);
    if (!asked.length) return new Map();
    const results = await this.pool.read(
      asked.map(({ context, ids }) => this.reader.namesOf(context.descriptor.key, ids, context)),
    );
    return new Map(results.flatMap(({ rows }) => rows.map((row) => [row.id as string, row.name as string])));
  }
}
