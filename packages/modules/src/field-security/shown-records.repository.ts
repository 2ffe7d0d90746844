import { Inject, Injectable } from '@nestjs/common';
import { TenantPool } from '@pellucid/platform/db';
import {
  type FilterContext,
  type LoadedRecord,
  type ReadPlan,
  RecordReader,
} from '@pellucid/platform/records';

/** Records and their names, as far as they are the reader's to see. */
@Injectable()
export class ShownRecordsRepository {
  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(RecordReader) private readonly reader: RecordReader,
  ) {}

  /** Living records by id. @param action further right that they must be in the scope of, beside reading */
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

  /** Names by id, of records of several objects. */
  async names(wanted: { context: FilterContext; ids: string[] }[]): Promise<Map<string, string>> {
    const asked = wanted.filter(({ ids }) => ids.length);
    if (!asked.length) return new Map();
    const results = await this.pool.read(
      asked.map(({ context, ids }) => this.reader.namesOf(context.descriptor.key, ids, context)),
    );
    return new Map(results.flatMap(({ rows }) => rows.map((row) => [row.id as string, row.name as string])));
  }
}
