import type { CustomFieldDefinition } from '@pellucid/platform/access';
import { ENVELOPE_PREFIX } from '@pellucid/platform/crypto';
import type { JobEnvelope } from '@pellucid/platform/jobs';
import { newContext, runInContext } from '@pellucid/platform/context';
import type { OperatorClient } from '@pellucid/platform/db';
import {
  customObject,
  newId,
  type RecordDescriptor,
  type SecurityEvent,
  securityEventStatements,
} from '@pellucid/platform/records';
import { fieldKeysRotated } from './key-events.js';

/** A field of a company whose rows may be sealed. */
export interface SealedField {
  object: string;
  field: string;
  state: string;
  finishedAt: Date | null;
}

/** A sealed value and where it is stored. */
export interface SealedRow {
  id: string;
  stored: string;
  /** For values of the token vault: their token. */
  token?: string;
}

/** A value of the token vault. */
export interface VaultRow extends SealedRow {
  token: string;
  object: string;
  field: string;
}

const BATCH = 1_000;

/** Work of the product itself, not limited by anybody's rights. */
const RUN_AS: JobEnvelope['runAs'] = {
  actor: { kind: 'system', id: null },
  memberId: null,
  identityId: null,
  cause: null,
  causationId: null,
  depth: 0,
  suppress: [],
};

/** Sealed values of all companies, for operators' commands: the client's log-in must be able to read all tenants. */
export class StoredValues {
  constructor(private readonly client: OperatorClient) {}

  /** Returns all companies. */
  async tenants(): Promise<{ id: string; name: string }[]> {
    return (await this.client.query('select id, name from tenant order by name, id')).rows;
  }

  /** Returns a company's fields that are encrypted, or being encrypted or decrypted. */
  async fields(tenantId: string): Promise<SealedField[]> {
    const { rows } = await this.client.query(
      `select object, field, state, finished_at as "finishedAt" from field_protection
        where tenant_id = $1 and kind = 'encryption' order by object, field`,
      [tenantId],
    );
    return rows;
  }

  /** Returns the fields that the company added to an object, deleted ones too: their values are still stored. */
  async customFields(tenantId: string, object: string): Promise<CustomFieldDefinition[]> {
    const { rows } = await this.client.query(
      `select id, object, name, label, type, slot, settings, deleted_at is not null as "isDeleted"
         from custom_field where tenant_id = $1 and object = $2 order by position, id`,
      [tenantId, object],
    );
    return rows;
  }

  /** Returns the description of an object that the company made, also of a deleted one: its values are still stored. */
  async customObject(tenantId: string, name: string): Promise<RecordDescriptor | undefined> {
    const { rows } = await this.client.query(
      `select id, name, plural, number, label, plural_label as "pluralLabel", settings, deleted_at is not null as "isDeleted"
         from custom_object where tenant_id = $1 and name = $2`,
      [tenantId, name],
    );
    return rows[0] && customObject(rows[0]);
  }

  /** Returns how many values are not sealed. @param source item of FROM @param value SQL expression of a value of the row `t` */
  async plain(tenantId: string, source: string, value: string): Promise<number> {
    const { rows } = await this.client.query(
      `select count(*) as n from ${source} t where tenant_id = $1 and ${value} <> '' and not starts_with(${value}, $2)`,
      [tenantId, ENVELOPE_PREFIX],
    );
    return Number(rows[0].n);
  }

  /**
   * Yields all sealed values, including those of deleted records.
   * @param source item of FROM
   * @param value SQL expression of a value of the row `t`
   */
  async *sealed(tenantId: string, source: string, value: string): AsyncGenerator<SealedRow> {
    for (let after: string | null = null; ; ) {
      const { rows }: { rows: SealedRow[] } = await this.client.query(
        `select id, ${value} as stored from ${source} t
          where tenant_id = $1 and starts_with(${value}, $2) and ($3::uuid is null or id > $3) order by id limit ${BATCH}`,
        [tenantId, ENVELOPE_PREFIX, after],
      );
      yield* rows;
      if (rows.length < BATCH) return;
      after = rows.at(-1)!.id;
    }
  }

  /** Yields everything in a company's token vault. */
  async *vault(tenantId: string): AsyncGenerator<VaultRow> {
    let after: VaultRow | undefined;
    do {
      const { rows }: { rows: VaultRow[] } = await this.client.query(
        `select token, record_id as id, object, field, sealed as stored from masking_token
          where tenant_id = $1 and ($2::text is null or (token, record_id) > ($2, $3::uuid))
          order by token, record_id limit ${BATCH}`,
        [tenantId, after?.token ?? null, after?.id ?? null],
      );
      yield* rows;
      after = rows.length === BATCH ? rows.at(-1) : undefined;
    } while (after);
  }

  /**
   * Requests that everything of a company be resealed, as `POST /field-encryption/rotate` does; the worker picks up the
   * jobs. If there is anything to do, it is recorded in the company's log.
   * @returns how many fields have to be processed, and whether the token vault is one of them
   */
  async requestRotation(
    tenantId: string,
    keyId: string,
    jobs: { field: string; tokens: string },
  ): Promise<{ fields: number; hasTokens: boolean }> {
    await this.client.query('begin');
    try {
      const { rows: fields } = await this.client.query(
        `update field_protection set generation = generation + 1, done = 0, finished_at = null,
            key_ids = array(select distinct unnest(key_ids || array[$2::text]) order by 1)
          where tenant_id = $1 and kind = 'encryption' and state = 'encrypted' returning object, field, kind, generation`,
        [tenantId, keyId],
      );
      for (const field of fields) {
        const id = await this.enqueue(tenantId, jobs.field, field);
        await this.client.query(
          `update field_protection set job_id = $5 where tenant_id = $1 and object = $2 and field = $3 and kind = $4`,
          [tenantId, field.object, field.field, field.kind, id],
        );
      }
      const tokens = await this.client.query('select 1 from masking_token where tenant_id = $1 limit 1', [
        tenantId,
      ]);
      if (tokens.rowCount) await this.enqueue(tenantId, jobs.tokens, {});
      if (fields.length || tokens.rowCount) await this.log(tenantId, fieldKeysRotated(tenantId, keyId));
      await this.client.query('update tenant set access_version = access_version + 1 where id = $1', [
        tenantId,
      ]);
      await this.client.query('commit');
      return { fields: fields.length, hasTokens: Boolean(tokens.rowCount) };
    } catch (error) {
      await this.client.query('rollback');
      throw error;
    }
  }

  /** Adds an operator's action to the company's log, as done by the product itself. */
  private async log(tenantId: string, event: SecurityEvent): Promise<void> {
    const context = newContext({ tenantId, correlationId: newId(), cause: { kind: 'system', id: null } });
    for (const { text, values } of runInContext(context, () => securityEventStatements([event])))
      await this.client.query(text, values as unknown[]);
  }

  /** Enqueues a job of a company that takes no options. */
  async requestJob(tenantId: string, name: string): Promise<void> {
    await this.enqueue(tenantId, name, {});
  }

  private async enqueue(tenantId: string, name: string, data: unknown): Promise<string> {
    const id = newId();
    const envelope: JobEnvelope = { data, runAs: RUN_AS };
    await this.client.query(
      'insert into job (tenant_id, id, name, payload, run_at, correlation_id) values ($1, $2, $3, $4, now(), $5)',
      [tenantId, id, name, JSON.stringify(envelope), id],
    );
    return id;
  }
}
