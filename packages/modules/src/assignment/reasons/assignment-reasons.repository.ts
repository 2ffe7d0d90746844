import type { Condition } from '@pellucid/conditions';
import type { TurnMethod } from '@pellucid/platform/access';
import { Inject, Injectable } from '@nestjs/common';
import { type Statement, TenantPool } from '@pellucid/platform/db';
import { newId, type WriteBatch, type WriteRow } from '@pellucid/platform/records';
import { fieldsAsked, type Passed, type RuleVerdict } from '../decisions/decide.rules.js';

/** What is kept of a decision. Values are not: they stand in the lead's history under its own key. */
export interface ReasonDetails {
  rule: { id: string; name: string; version: number };
  condition: Condition | null;
  territory: { id: string; name: string; condition: Condition } | null;
  target: 'member' | 'team' | 'territory';
  method: TurnMethod | null;
  /** Who was passed over, by this rule and by those before that had nobody. */
  passed: Passed[];
  /** Rules before, which didn't decide. */
  earlier: { name: string; outcome: 'unmet' | 'nobody' }[];
  /** Keys of the fields that were asked. */
  fields: string[];
}

/** Why a lead was assigned, as stored. */
export interface StoredReason {
  at: string;
  ownerId: string;
  recordVersion: number;
  details: ReasonDetails;
}

/** Returns the statement that stores why rows were given to their owners. */
export function reasonStatement(
  tenantId: string,
  given: { row: WriteRow; verdicts: RuleVerdict[] }[],
  { now, snapshot }: WriteBatch,
): Statement {
  const reasons = given.map(({ row, verdicts }) => ({
    id: newId(),
    lead: row.id,
    owner: verdicts.at(-1)!.owner!,
    version: (row.before?.version ?? 0) + 1,
    details: detailsOf(verdicts, fieldsAsked(verdicts, snapshot.assignment)),
  }));
  return {
    text: `insert into assignment_reason (tenant_id, id, lead_id, at, owner_id, record_version, details)
           select $1, id, lead, $2, owner, version, details
             from jsonb_to_recordset($3::jsonb) n (id uuid, lead uuid, owner uuid, version int, details jsonb)`,
    values: [tenantId, now.toISOString(), JSON.stringify(reasons)],
  };
}

function detailsOf(verdicts: RuleVerdict[], fields: string[]): ReasonDetails {
  const { rule, territory } = verdicts.at(-1)!;
  return {
    rule: { id: rule.id, name: rule.name, version: rule.version },
    condition: rule.condition,
    territory: territory ? { id: territory.id, name: territory.name, condition: territory.condition } : null,
    target: rule.target.kind,
    method: rule.target.kind === 'member' ? null : rule.target.method,
    passed: verdicts.flatMap(({ passed }) => passed),
    earlier: verdicts
      .slice(0, -1)
      .map(({ rule: { name }, outcome }) => ({ name, outcome: outcome === 'nobody' ? 'nobody' : 'unmet' })),
    fields,
  };
}

/** The table `assignment_reason`. */
@Injectable()
export class AssignmentReasonsRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns why a lead was assigned last. */
  async last(leadId: string): Promise<StoredReason | undefined> {
    const { rows } = await this.pool.query({
      text: `select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, owner_id as "ownerId",
                    record_version as "recordVersion", details
               from assignment_reason where lead_id = $1 order by at desc, record_version desc limit 1`,
      values: [leadId],
    });
    return rows[0] as StoredReason | undefined;
  }
}
