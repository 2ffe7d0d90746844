import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import { sql, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import {
  clockOf,
  type ObjectAccess,
  QueryParts,
  type RecordDescriptor,
  RecordReader,
  scopeSql,
  withoutOpened,
} from '@pellucid/platform/records';
import type { TenantSnapshot } from '@pellucid/platform/access';
import type { Grantee, ShareInput, ShareRow } from './share.types.js';

const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const COLUMNS = `s.id, s.object, s.record_id as record, s.grantee_kind as "granteeKind", s.grantee_id as "granteeId", s.access,
  ${iso('s.until')} as until, ${iso('s.created_at')} as "createdAt", s.created_by_id as "createdById"`;
/** Condition for active shares: not expired, and the grantee exists. */
const COUNTS = `(s.until is null or s.until > now()) and case s.grantee_kind
  when 'member' then exists (select 1 from member m where m.tenant_id = s.tenant_id and m.id = s.grantee_id and m.deleted_at is null)
  else exists (select 1 from team g where g.tenant_id = s.tenant_id and g.id = s.grantee_id and g.deleted_at is null) end`;
const TABLES = { member: 'member', team: 'team' } as const;

/** The table `record_share`. */
@Injectable()
export class SharesRepository {
  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(RecordReader) private readonly reader: RecordReader,
  ) {}

  /** Returns the active shares of a record, the newest last. */
  async of(object: string, record: string): Promise<ShareRow[]> {
    const { rows } = await this.pool.query({
      text: `select ${COLUMNS} from record_share s where s.object = $1 and s.record_id = $2 and ${COUNTS} order by s.created_at, s.id`,
      values: [object, record],
    });
    return rows;
  }

  async find(id: string): Promise<ShareRow | undefined> {
    const { rows } = await this.pool.query({
      text: `select ${COLUMNS} from record_share s where s.id = $1 and ${COUNTS}`,
      values: [id],
    });
    return rows[0];
  }

  /** Returns which undeleted records a scope admits without its shares. */
  async within(
    descriptor: RecordDescriptor,
    ids: string[],
    access: ObjectAccess,
    snapshot: TenantSnapshot,
    uow?: UnitOfWork,
  ): Promise<Set<string>> {
    if (!access.allowed) return new Set();
    const parts = new QueryParts();
    const where = [
      `t.tenant_id = ${parts.param(requireTenant())}::uuid`,
      `t.id = any(${parts.param(ids)}::uuid[])`,
      't.deleted_at is null',
    ];
    if (access.scope)
      where.push(scopeSql(withoutOpened(access.scope), descriptor, 't', parts, clockOf(snapshot)));
    const found = parts.statement(`select t.id from ${descriptor.source} t where ${where.join(' and ')}`);
    const rows = uow ? await uow.run<{ id: string }>(found) : (await this.pool.query(found)).rows;
    return new Set(rows.map(({ id }) => id));
  }

  /** Whether the member can log in, or the team exists. Locks the row until the transaction ends. */
  async isThere(uow: UnitOfWork, { kind, id }: Grantee): Promise<boolean> {
    const rows = await uow.run({
      text: `select 1 from ${TABLES[kind]} where id = $1 and deleted_at is null${kind === 'member' ? ` and status = 'active' and identity_id is not null` : ''} for key share`,
      values: [id],
    });
    return rows.length > 0;
  }

  /** Returns the share with a grantee, even if expired, and locks it until the transaction ends. */
  async held(
    uow: UnitOfWork,
    object: string,
    record: string,
    granteeId: string,
  ): Promise<ShareRow | undefined> {
    return (await this.heldOf(uow, object, [record], granteeId)).get(record);
  }

  /** Returns the shares of records with a grantee by record, even if expired, and locks them until the transaction ends. */
  async heldOf(
    uow: UnitOfWork,
    object: string,
    records: string[],
    granteeId: string,
  ): Promise<Map<string, ShareRow>> {
    const rows = await uow.run<ShareRow>({
      text: `select ${COLUMNS} from record_share s
              where s.object = $1 and s.record_id = any($2::uuid[]) and s.grantee_id = $3 order by s.record_id for update`,
      values: [object, records, granteeId],
    });
    return new Map(rows.map((row) => [row.record, row]));
  }

  /**
   * Returns shares of records, each with one grantee, by record and grantee, even if expired, and locks them until the transaction
   * ends.
   */
  async heldBy(
    uow: UnitOfWork,
    object: string,
    pairs: { record: string; granteeId: string }[],
  ): Promise<Map<string, ShareRow>> {
    if (!pairs.length) return new Map();
    const rows = await uow.run<ShareRow>({
      text: `select ${COLUMNS} from record_share s
              where s.object = $1 and (s.record_id, s.grantee_id) in (select * from unnest($2::uuid[], $3::uuid[]))
              order by s.record_id, s.grantee_id for update of s`,
      values: [object, pairs.map(({ record }) => record), pairs.map(({ granteeId }) => granteeId)],
    });
    return new Map(rows.map((row) => [`${row.record} ${row.granteeId}`, row]));
  }

  /** Returns the active shares of a record and those with it, and locks them until the transaction ends. */
  async concerning(uow: UnitOfWork, object: string, id: string): Promise<ShareRow[]> {
    return uow.run<ShareRow>({
      text: `select ${COLUMNS} from record_share s
              where ((s.object = $1 and s.record_id = $2) or (s.grantee_kind = $1 and s.grantee_id = $2)) and ${COUNTS}
              order by s.created_at, s.id for update of s`,
      values: [object, id],
    });
  }

  /** Creates a share with a grantee, or changes the existing one. @returns its id */
  async put(uow: UnitOfWork, id: string, share: ShareInput, by: string | null): Promise<string> {
    const [row] = await this.putAll(uow, [{ id, record: share.record }], share, by);
    return row!.id;
  }

  /** Creates shares of records with a grantee, or changes the existing ones. @returns their ids */
  putAll(
    uow: UnitOfWork,
    records: { id: string; record: string }[],
    share: Omit<ShareInput, 'record'>,
    by: string | null,
  ): Promise<{ id: string }[]> {
    return uow.run<{ id: string }>(sql`
      insert into record_share (tenant_id, id, object, record_id, grantee_kind, grantee_id, access, until, created_by_id)
      select ${uow.tenantId}, n.id, ${share.object}, n.record, ${share.grantee.kind}, ${share.grantee.id}::uuid,
             ${share.access}, ${share.until ?? null}::timestamptz, ${by}::uuid
        from jsonb_to_recordset(${JSON.stringify(records)}::jsonb) as n(id uuid, record uuid)
       order by n.record
      on conflict (tenant_id, object, record_id, grantee_id)
      do update set access = excluded.access, until = excluded.until, created_by_id = excluded.created_by_id, created_at = now()
      returning id`);
  }

  /** Creates a share as it was before it was removed. */
  async insertAgain(uow: UnitOfWork, share: ShareRow): Promise<void> {
    await uow.run(sql`
      insert into record_share (tenant_id, id, object, record_id, grantee_kind, grantee_id, access, until, created_at, created_by_id)
      values (${uow.tenantId}, ${share.id}, ${share.object}, ${share.record}, ${share.granteeKind}, ${share.granteeId},
              ${share.access}, ${share.until ?? null}, ${share.createdAt}, ${share.createdById})`);
  }

  /** Removes a share. @returns whether it existed */
  async remove(uow: UnitOfWork, id: string): Promise<boolean> {
    return (await this.removeAll(uow, [id])) > 0;
  }

  /** Removes shares. @returns how many existed */
  async removeAll(uow: UnitOfWork, ids: string[]): Promise<number> {
    const rows = await uow.run(sql`delete from record_share where id = any(${ids}::uuid[]) returning id`);
    return rows.length;
  }

  /** Returns names of records that the context's actor may see, by id. */
  async namesOf(object: string, ids: string[]): Promise<Map<string, string>> {
    if (!ids.length) return new Map();
    const context = await this.reader.contextFor(object);
    const { rows } = await this.pool.query(this.reader.namesOf(object, ids, context));
    return new Map(rows.map(({ id, name }) => [id, name]));
  }
}
