import { Inject, Injectable } from '@nestjs/common';
import { PlatformPool, type Statement, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { StoredRule } from './duplicate-rules.schema.js';

const RULE = `select id, name, is_active as "isActive", objects, conditions, on_create as "onCreate", on_update as "onUpdate",
    on_import as "onImport", edition, key_form as "keyForm", version,
    to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt" from duplicate_rule`;

/** What a rule's row holds besides its id and version. */
export type RuleValues = Pick<
  StoredRule,
  | 'name'
  | 'isActive'
  | 'objects'
  | 'conditions'
  | 'onCreate'
  | 'onUpdate'
  | 'onImport'
  | 'edition'
  | 'keyForm'
>;

const stored = (v: RuleValues) => [
  v.name,
  v.isActive,
  v.objects,
  JSON.stringify(v.conditions),
  v.onCreate,
  v.onUpdate,
  v.onImport,
  v.edition,
  v.keyForm,
];

/** The tables `duplicate_rule` and `duplicate_state`. */
@Injectable()
export class DuplicateRulesRepository {
  constructor(
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(PlatformPool) private readonly platform: PlatformPool,
  ) {}

  /** Returns all rules, by name. */
  async all(): Promise<StoredRule[]> {
    return (await this.pool.query({ text: `${RULE} order by name, id`, values: [] })).rows;
  }

  async find(id: string): Promise<StoredRule | undefined> {
    return (await this.pool.query({ text: `${RULE} where id = $1`, values: [id] })).rows[0];
  }

  /** Returns all rules and keeps others from changing any until the transaction ends. */
  async hold(uow: UnitOfWork): Promise<StoredRule[]> {
    const [, rules] = await uow.together([
      {
        text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
        values: [`duplicate rules ${uow.tenantId}`],
      },
      { text: `${RULE} order by id`, values: [] },
    ]);
    return rules as StoredRule[];
  }

  insert(tenantId: string, id: string, values: RuleValues): Statement {
    return {
      text: `insert into duplicate_rule (tenant_id, id, name, is_active, objects, conditions, on_create, on_update, on_import, edition, key_form)
             values ($1, $2, $3, $4, $5::text[], $6::jsonb, $7, $8, $9, $10, $11)`,
      values: [tenantId, id, ...stored(values)],
    };
  }

  update(id: string, values: RuleValues): Statement {
    return {
      text: `update duplicate_rule set name = $2, is_active = $3, objects = $4::text[], conditions = $5::jsonb, on_create = $6,
               on_update = $7, on_import = $8, edition = $9, key_form = $10, version = version + 1, updated_at = now() where id = $1`,
      values: [id, ...stored(values)],
    };
  }

  remove(id: string): Statement {
    return { text: 'delete from duplicate_rule where id = $1', values: [id] };
  }

  /** Notes that the keys of all records are complete, unless the rule has changed since. */
  async noteForms(uow: UnitOfWork, forms: { id: string; edition: number; form: string }[]): Promise<void> {
    await uow.run({
      text: `update duplicate_rule r set key_form = n.form
               from jsonb_to_recordset($1::jsonb) n (id uuid, edition int, form text)
              where r.id = n.id and r.edition = n.edition`,
      values: [JSON.stringify(forms)],
    });
  }

  /** Returns the companies whose rules or definitions may have changed since they were last compared with the keys. */
  async tenantsToCompare(): Promise<string[]> {
    const { rows } = await this.platform.query<{ id: string }>(
      `select t.id from tenant t left join duplicate_state s on s.tenant_id = t.id
        where s.access_version is distinct from t.access_version order by t.id`,
    );
    return rows.map(({ id }) => id);
  }

  /** Notes the version of rights and definitions that the keys were compared with. */
  async noteCompared(uow: UnitOfWork, version: string): Promise<void> {
    await uow.run({
      text: `insert into duplicate_state (tenant_id, access_version) values ($1, $2)
             on conflict (tenant_id) do update set access_version = excluded.access_version`,
      values: [uow.tenantId, version],
    });
  }
}
