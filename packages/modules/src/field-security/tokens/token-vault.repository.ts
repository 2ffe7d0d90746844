import { Inject, Injectable } from '@nestjs/common';
import { ENVELOPE_PREFIX, type SealedPlace } from '@pellucid/platform/crypto';
import { sql, type Statement, TenantPool, type UnitOfWork } from '@pellucid/platform/db';

/** A token and the value it replaces. */
export interface VaultEntry {
  token: string;
  recordId: string;
  object: string;
  field: string;
  /** The value, sealed for {@link vaultPlace}. */
  sealed: string;
}

/** Returns the place for which a value of the vault is sealed. */
export function vaultPlace(tenantId: string, entry: Pick<VaultEntry, 'token' | 'recordId'>): SealedPlace {
  return { tenantId, table: 'masking_token', rowId: entry.recordId, field: entry.token };
}

/** The table `masking_token`. */
@Injectable()
export class TokenVaultRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /**
   * Returns what a token stands for, one entry per record that has it, the first one first.
   * @param limit maximum number of records
   */
  async find(token: string, limit: number): Promise<VaultEntry[]> {
    const { rows } = await this.pool.query({
      text: `select token, record_id as "recordId", object, field, sealed from masking_token
              where token = $1 order by created_at, record_id limit ${limit}`,
      values: [token],
    });
    return rows;
  }

  insert(tenantId: string, entries: VaultEntry[]): Statement {
    return {
      text: `insert into masking_token (tenant_id, token, record_id, object, field, sealed)
             select $1::uuid, e.token, e."recordId", e.object, e.field, e.sealed
               from jsonb_to_recordset($2::jsonb) as e(token text, "recordId" uuid, object text, field text, sealed text)
             on conflict do nothing returning token`,
      values: [tenantId, JSON.stringify(entries)],
    };
  }

  /** Deletes the values of fields of records. @param fields null for all */
  forget(object: string, recordIds: string[], fields: string[] | null): Statement {
    return {
      text: `delete from masking_token where object = $1 and record_id = any($2::uuid[])
                and ($3::text[] is null or field = any($3::text[]))`,
      values: [object, recordIds, fields],
    };
  }

  /** Returns some entries that are sealed with another key, and locks them until the unit of work ends. */
  sealedUnderOthers(uow: UnitOfWork, keyId: string, limit: number): Promise<VaultEntry[]> {
    return uow.run(sql<VaultEntry>`select token, record_id as "recordId", object, field, sealed from masking_token
      where not starts_with(sealed, ${`${ENVELOPE_PREFIX}${keyId}.`}) order by token, record_id limit ${limit} for update`);
  }

  /** Replaces the sealed values of entries. */
  async reseal(uow: UnitOfWork, entries: VaultEntry[]): Promise<void> {
    await uow.run(sql`update masking_token t set sealed = e.sealed
      from jsonb_to_recordset(${JSON.stringify(entries)}::jsonb) as e(token text, "recordId" uuid, sealed text)
     where t.token = e.token and t.record_id = e."recordId"`);
  }
}
