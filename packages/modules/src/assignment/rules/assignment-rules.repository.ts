import { Inject, Injectable } from '@nestjs/common';
import { type Statement, TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { StoredRule, StoredTerritory } from './assignment-rules.schema.js';

const UPDATED = `to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "updatedAt"`;
const RULES = `select id, name, is_active as "isActive", condition, territory_id as territory, target, version, ${UPDATED}
                 from assignment_rule order by position, id`;
const TERRITORIES = `select id, name, condition, team_id as team, version, ${UPDATED} from assignment_territory order by name, id`;

/** What a rule's row holds besides its id and version. */
export type RuleValues = Pick<StoredRule, 'name' | 'isActive' | 'condition' | 'territory' | 'target'>;
/** What a territory's row holds besides its id and version. */
export type TerritoryValues = Pick<StoredTerritory, 'name' | 'condition' | 'team'>;

/** All rules and territories. */
export interface Held {
  rules: StoredRule[];
  territories: StoredTerritory[];
}

const ruleParts = (v: RuleValues) => [
  v.name,
  v.isActive,
  v.condition === null ? null : JSON.stringify(v.condition),
  v.territory,
  JSON.stringify(v.target),
];

/** The tables `assignment_rule`, `assignment_territory` and `assignment_turn`. */
@Injectable()
export class AssignmentRulesRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns all rules, in order, and all territories, by name. */
  async all(): Promise<Held> {
    const [rules, territories] = await this.pool.read([{ text: RULES }, { text: TERRITORIES }]);
    return { rules: rules!.rows, territories: territories!.rows };
  }

  /** Returns all rules and territories, and keeps others from changing any until the transaction ends. */
  async hold(uow: UnitOfWork): Promise<Held> {
    const [, rules, territories] = await uow.together([
      {
        text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
        values: [`assignment rules ${uow.tenantId}`],
      },
      { text: RULES },
      { text: TERRITORIES },
    ]);
    return { rules: rules as StoredRule[], territories: territories as StoredTerritory[] };
  }

  /** Adds a rule after all others. */
  insertRule(tenantId: string, id: string, values: RuleValues): Statement[] {
    return [
      {
        text: `insert into assignment_rule (tenant_id, id, name, is_active, condition, territory_id, target, position)
               select $1, $2, $3, $4, $5::jsonb, $6, $7::jsonb, coalesce(max(position), 0) + 1 from assignment_rule`,
        values: [tenantId, id, ...ruleParts(values)],
      },
      { text: 'insert into assignment_turn (tenant_id, rule_id) values ($1, $2)', values: [tenantId, id] },
    ];
  }

  updateRule(id: string, values: RuleValues): Statement {
    return {
      text: `update assignment_rule set name = $2, is_active = $3, condition = $4::jsonb, territory_id = $5, target = $6::jsonb,
               version = version + 1, updated_at = now() where id = $1`,
      values: [id, ...ruleParts(values)],
    };
  }

  removeRule(id: string): Statement[] {
    return [
      { text: 'delete from assignment_turn where rule_id = $1', values: [id] },
      { text: 'delete from assignment_rule where id = $1', values: [id] },
    ];
  }

  /** Puts rules in order. @param ids all rules */
  order(ids: readonly string[]): Statement {
    return {
      text: `update assignment_rule r set position = n.position
               from unnest($1::uuid[]) with ordinality n (id, position) where r.id = n.id`,
      values: [ids],
    };
  }

  insertTerritory(tenantId: string, id: string, { name, condition, team }: TerritoryValues): Statement {
    return {
      text: 'insert into assignment_territory (tenant_id, id, name, condition, team_id) values ($1, $2, $3, $4::jsonb, $5)',
      values: [tenantId, id, name, JSON.stringify(condition), team],
    };
  }

  updateTerritory(id: string, { name, condition, team }: TerritoryValues): Statement {
    return {
      text: `update assignment_territory set name = $2, condition = $3::jsonb, team_id = $4, version = version + 1, updated_at = now()
              where id = $1`,
      values: [id, name, JSON.stringify(condition), team],
    };
  }

  removeTerritory(id: string): Statement {
    return { text: 'delete from assignment_territory where id = $1', values: [id] };
  }
}
