import { averageTenant, type Statement } from '@pellucid/platform/db';
import { keysOf, type MatchPlan } from '@pellucid/platform/records';

/** A record whose keys are stored. */
export interface KeyedRecord {
  id: string;
  state: Readonly<Record<string, unknown>>;
}

/** Returns a statement that stores the keys of records by some rules; undefined if there are none. */
export function insertKeys(
  tenantId: string,
  object: string,
  plans: MatchPlan[],
  records: KeyedRecord[],
): Statement | undefined {
  const keys: string[] = [];
  const ids: string[] = [];
  const rules: string[] = [];
  for (const plan of plans)
    for (const { id, state } of records)
      for (const key of keysOf(plan, object, state)) {
        keys.push(key);
        ids.push(id);
        rules.push(plan.rule.id);
      }
  if (!keys.length) return undefined;
  return {
    text: `insert into match_key (tenant_id, object, key, record_id, rule_id)
           select $1, $2, * from unnest($3::uuid[], $4::uuid[], $5::uuid[]) on conflict do nothing`,
    values: [tenantId, object, keys, ids, rules],
  };
}

/** Returns a statement that removes the keys of records by some rules. */
export function deleteKeys(tenantId: string, plans: MatchPlan[], ids: string[]): Statement {
  return {
    text: `delete from match_key where tenant_id = ${averageTenant('$1')} and rule_id = any($2::uuid[]) and record_id = any($3::uuid[])`,
    values: [tenantId, plans.map(({ rule }) => rule.id), ids],
  };
}
