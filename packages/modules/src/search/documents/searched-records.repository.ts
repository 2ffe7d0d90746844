import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import { averageTenant, TenantPool } from '@pellucid/platform/db';
import { type LoadedRecord, RecordReader } from '@pellucid/platform/records';
import { searchedFields } from './searched-fields.js';

/** Reads records with what they are found by, for the product itself: whoever may see them. */
@Injectable()
export class SearchedRecordsRepository {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(TenantPool) private readonly pool: TenantPool,
  ) {}

  /** Returns records by id, deleted ones too. */
  byIds(object: string, ids: string[]): Promise<LoadedRecord[]> {
    return this.select(object, (param) => `and t.id = any(${param(ids)}::uuid[])`);
  }

  /** Returns the next records that are not deleted, by id. @param after null for the first ones */
  next(object: string, after: string | null, limit: number): Promise<LoadedRecord[]> {
    return this.select(
      object,
      (param) =>
        `${after === null ? '' : `and t.id > ${param(after)}::uuid`} and t.deleted_at is null order by t.id limit ${limit}`,
    );
  }

  /** Returns how many records that are not deleted the objects have together. */
  async count(objects: string[]): Promise<number> {
    const sources = await Promise.all(
      objects.map(async (object) => (await this.reader.contextFor(object)).descriptor.source),
    );
    if (!sources.length) return 0;
    const counts = sources.map((source) => `(select count(*) from ${source} t where t.deleted_at is null)`);
    const { rows } = await this.pool.query(`select ${counts.join(' + ')} as n`);
    return Number(rows[0].n);
  }

  private async select(
    object: string,
    where: (param: (value: unknown) => string) => string,
  ): Promise<LoadedRecord[]> {
    const { descriptor, registry, snapshot } = await this.reader.contextFor(object);
    const keys = [
      'owner',
      ...searchedFields(descriptor, registry, snapshot).map(({ field }) => field.key),
      // What says in which records a value is derived.
      ...descriptor.fields.flatMap(({ derivedFrom }) => derivedFrom?.where ?? []),
    ];
    const plan = this.reader.plan(
      descriptor,
      [...new Set(keys)].filter((key) => descriptor.byKey.has(key)),
    );
    const parts = plan.parts();
    const tenant = parts.param(requireTenant());
    const [found] = await this.pool.read([
      {
        ...parts.statement(
          `select ${plan.select} from ${plan.from} where t.tenant_id = ${averageTenant(tenant)} ${where((value) => parts.param(value))}`,
        ),
        rowMode: 'array',
      },
    ]);
    return (found!.rows as unknown as any[][]).map((row) => plan.load(row));
  }
}
