import { Inject, Injectable } from '@nestjs/common';
import { ENVELOPE_PREFIX } from '@pellucid/platform/crypto';
import { PlatformPool, sql, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import {
  type FieldDescriptor,
  type LoadedRecord,
  type ReadPlan,
  type RecordDescriptor,
} from '@pellucid/platform/records';

/** How the stored values of a field are protected. */
export type ProtectionKind = 'encryption' | 'tokens';

/** State of the protection. */
export type ProtectionState = 'encrypting' | 'encrypted' | 'decrypting' | 'tokenizing' | 'tokenized';

/** Progress of bringing a field's rows in line with its rule. */
export interface FieldProtection {
  object: string;
  field: string;
  kind: ProtectionKind;
  state: ProtectionState;
  generation: number;
  keyIds: string[];
  /** Number of rows rewritten so far. */
  done: number;
  startedAt: string;
  /** Null while rows are being rewritten. */
  finishedAt: string | null;
  /** Why the work was given up; null while it is running or done. */
  error: string | null;
}

/** Identifies one piece of work. */
export interface ProtectionKey {
  object: string;
  field: string;
  kind: ProtectionKind;
}

const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const COLUMNS = `p.object, p.field, p.kind, p.state, p.generation, p.key_ids as "keyIds", p.done,
  ${iso('p.started_at')} as "startedAt", ${iso('p.finished_at')} as "finishedAt"`;

/** The table `field_protection`, and the rows of records with the protected field. */
@Injectable()
export class FieldProtectionRepository {
  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(PlatformPool) private readonly platform: PlatformPool,
  ) {}

  /** Returns everything that is protected, or being protected or unprotected. */
  async all(): Promise<FieldProtection[]> {
    const { rows } = await this.pool.query(
      `select ${COLUMNS}, case when j.state = 'dead' and p.finished_at is null then j.last_error end as error
         from field_protection p left join job j on j.tenant_id = p.tenant_id and j.id = p.job_id
        order by p.object, p.field, p.kind`,
    );
    return rows;
  }

  /** Returns one and locks it until the unit of work ends. */
  async lock(uow: UnitOfWork, { object, field, kind }: ProtectionKey): Promise<FieldProtection | undefined> {
    const [row] = await uow.run<FieldProtection>({
      text: `select ${COLUMNS}, null as error from field_protection p
              where p.object = $1 and p.field = $2 and p.kind = $3 for update of p`,
      values: [object, field, kind],
    });
    return row;
  }

  /**
   * Starts work in a direction; older work stops at its next batch.
   * @param keyId a key that rows will be sealed with, in addition to those already used
   * @returns the generation of the new work
   */
  async begin(
    uow: UnitOfWork,
    { object, field, kind }: ProtectionKey,
    state: ProtectionState,
    keyId: string | null,
  ): Promise<number> {
    const [row] = await uow.run(sql<{ generation: number }>`
      insert into field_protection as p (tenant_id, object, field, kind, state, key_ids)
      values (${uow.tenantId}, ${object}, ${field}, ${kind}, ${state}, array_remove(array[${keyId}::text], null))
      on conflict (tenant_id, object, field, kind) do update
         set state = excluded.state, generation = p.generation + 1, done = 0, finished_at = null, job_id = null,
             started_at = case when p.state = excluded.state then p.started_at else now() end,
             key_ids = array(select distinct unnest(p.key_ids || excluded.key_ids) order by 1)
      returning generation`);
    return row!.generation;
  }

  /** Records which job does the work. */
  async assign(uow: UnitOfWork, { object, field, kind }: ProtectionKey, jobId: string): Promise<void> {
    await uow.run(
      sql`update field_protection set job_id = ${jobId} where object = ${object} and field = ${field} and kind = ${kind}`,
    );
  }

  /** Records how many rows a batch rewrote. */
  async advance(uow: UnitOfWork, { object, field, kind }: ProtectionKey, rows: number): Promise<void> {
    await uow.run(sql`update field_protection set done = done + ${rows}
                       where object = ${object} and field = ${field} and kind = ${kind}`);
  }

  /** Records that all rows are in their final form. */
  async finish(
    uow: UnitOfWork,
    { object, field, kind }: ProtectionKey,
    state: ProtectionState,
    keyIds: string[],
  ): Promise<void> {
    await uow.run(sql`update field_protection set state = ${state}, finished_at = now(), key_ids = ${keyIds}
                       where object = ${object} and field = ${field} and kind = ${kind}`);
  }

  async remove(uow: UnitOfWork, { object, field, kind }: ProtectionKey): Promise<void> {
    await uow.run(
      sql`delete from field_protection where object = ${object} and field = ${field} and kind = ${kind}`,
    );
  }

  /**
   * Returns the next records whose field is not stored as wanted, including deleted ones, and locks them until the unit
   * of work ends.
   * @param wanted the key that values must be sealed with, `plain` for unsealed, or `any` for all records that have a
   *   value
   */
  async records(
    uow: UnitOfWork,
    plan: ReadPlan,
    descriptor: RecordDescriptor,
    field: FieldDescriptor,
    wanted: { keyId: string } | 'plain' | 'any',
    after: string | null,
    limit: number,
  ): Promise<LoadedRecord[]> {
    const lines = field.line && descriptor.lines.find(({ key }) => key === field.line!.collection);
    const column = field.storage.value(lines ? 'l' : 't');
    const parts = plan.parts();
    const unlike = [`${column} <> ''`];
    if (wanted === 'plain') unlike.push(`starts_with(${column}, ${parts.param(ENVELOPE_PREFIX)})`);
    else if (wanted !== 'any')
      unlike.push(`not starts_with(${column}, ${parts.param(`${ENVELOPE_PREFIX}${wanted.keyId}.`)})`);
    // Lines are rewritten with the record that owns them, and under its lock.
    const where = [
      `t.tenant_id = ${parts.param(uow.tenantId)}::uuid`,
      ...(lines
        ? [
            `t.id in (select l.${lines.ownerColumn} from ${lines.table} l where l.tenant_id = t.tenant_id and ${unlike.join(' and ')})`,
          ]
        : unlike),
    ];
    if (after !== null) where.push(`t.id > ${parts.param(after)}::uuid`);
    const rows = await uow.run<any>({
      ...parts.statement(`select ${plan.select} from ${plan.from} where ${where.join(' and ')}
              order by t.id limit ${limit} for no key update of t`),
      rowMode: 'array',
    });
    return rows.map((row) => plan.load(row));
  }

  /** Returns the companies with encrypted fields, and whether the key is recorded for all of these fields. */
  async tenantsSealing(keyId: string): Promise<{ tenantId: string; isNoted: boolean }[]> {
    const { rows } = await this.platform.query<{ tenantId: string; isNoted: boolean }>(
      `select tenant_id as "tenantId", bool_and($1 = any(key_ids)) as "isNoted" from field_protection
        where kind = 'encryption' and state <> 'decrypting' group by tenant_id`,
      [keyId],
    );
    return rows;
  }

  /** Records that rows may be sealed with the key from now on. */
  async noteKey(uow: UnitOfWork, keyId: string): Promise<void> {
    await uow.run(sql`update field_protection set key_ids = key_ids || array[${keyId}::text]
                       where kind = 'encryption' and state <> 'decrypting' and not ${keyId}::text = any(key_ids)`);
  }
}
