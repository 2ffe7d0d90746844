import { Inject, Injectable } from '@nestjs/common';
import { PlatformPool, TenantPool } from '@pellucid/platform/db';

/** A row to be written. */
export interface NewLogRow {
  tenant_id: string;
  id: string;
  at: string;
  subject_kind: 'member' | 'apiKey';
  subject_id: string | null;
  object: string;
  record_ids: string[];
  clear_fields: string[];
  masked_fields: string[];
  route: string;
  correlation_id: string;
}

/** What somebody saw. */
export interface LogEntry {
  id: string;
  /** ISO 8601. */
  at: string;
  subject: { kind: 'member' | 'apiKey'; id: string | null; name: string | null };
  object: string;
  recordIds: string[];
  clearFields: string[];
  maskedFields: string[];
  route: string;
  correlationId: string;
}

/** All given conditions must hold. */
export interface LogFilter {
  object?: string | undefined;
  record?: string | undefined;
  actor?: string | undefined;
  field?: string | undefined;
  /** Inclusive, ISO 8601. */
  from?: string | undefined;
  /** Exclusive, ISO 8601. */
  to?: string | undefined;
}

const COLUMNS =
  'tenant_id, id, at, subject_kind, subject_id, object, record_ids, clear_fields, masked_fields, route, correlation_id';

/** Number of rows deleted by one statement. */
const PURGE_BATCH = 5_000;

/** The table `masking_log`. */
@Injectable()
export class MaskingLogRepository {
  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(PlatformPool) private readonly platform: PlatformPool,
  ) {}

  /** Writes rows of all companies in one statement. */
  async insert(rows: NewLogRow[]): Promise<void> {
    await this.platform.query(
      `insert into masking_log (${COLUMNS}) select ${COLUMNS} from json_populate_recordset(null::masking_log, $1::json)`,
      [JSON.stringify(rows)],
    );
  }

  /** Returns rows that match, newest first. @param before id to continue after */
  async page(filter: LogFilter, limit: number, before?: string): Promise<LogEntry[]> {
    const values: unknown[] = [limit];
    const param = (value: unknown) => `$${values.push(value)}`;
    const where: string[] = [];
    if (filter.record !== undefined) {
      const given = [
        [filter.record, 'uuid'],
        [filter.object, 'text'],
        [filter.actor, 'uuid'],
        [filter.field, 'text'],
        [filter.from, 'timestamptz'],
        [filter.to, 'timestamptz'],
        [before, 'uuid'],
      ].map(([value, type]) => `${param(value ?? null)}::${type}`);
      where.push(`l.id in (select masking_log_of_record(${given.join(', ')}, $1))`);
    } else {
      if (filter.object !== undefined) where.push(`l.object = ${param(filter.object)}`);
      if (filter.actor !== undefined) where.push(`l.subject_id = ${param(filter.actor)}::uuid`);
      if (filter.field !== undefined) {
        const field = param(filter.field);
        where.push(`(${field}::text = any(l.clear_fields) or ${field}::text = any(l.masked_fields))`);
      }
      if (filter.from !== undefined) where.push(`l.at >= ${param(filter.from)}::timestamptz`);
      if (filter.to !== undefined) where.push(`l.at < ${param(filter.to)}::timestamptz`);
      if (before !== undefined) where.push(`l.id < ${param(before)}::uuid`);
    }
    const { rows } = await this.pool.query({
      text: `select l.*, coalesce(m.display_name, k.name) as subject_name
               from (select * from masking_log l ${where.length ? `where ${where.join(' and ')}` : ''} order by l.id desc limit $1) l
               left join member m on m.tenant_id = l.tenant_id and m.id = l.subject_id
               left join api_key k on k.tenant_id = l.tenant_id and k.id = l.subject_id
              order by l.id desc`,
      values,
    });
    return rows.map((row) => ({
      id: row.id,
      at: new Date(row.at).toISOString(),
      subject: { kind: row.subject_kind, id: row.subject_id, name: row.subject_name },
      object: row.object,
      recordIds: row.record_ids,
      clearFields: row.clear_fields,
      maskedFields: row.masked_fields,
      route: row.route,
      correlationId: row.correlation_id,
    }));
  }

  /** Deletes rows older than the given number of days, in batches. */
  async purge(days: number): Promise<void> {
    const statement = `delete from masking_log where ctid = any(array(
      select ctid from masking_log where at < now() - $1 * interval '1 day' limit ${PURGE_BATCH}))`;
    while ((await this.platform.query(statement, [days])).rowCount === PURGE_BATCH);
  }
}
