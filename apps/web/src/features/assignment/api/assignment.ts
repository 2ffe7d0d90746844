import {
  type AssignmentRule,
  type AssignmentRuleChange,
  type AssignmentRuleCreate,
  type AssignmentTrial,
  assignLead as assign,
  changeAssignmentRule,
  changeTerritory,
  createAssignmentRule,
  createTerritory,
  deleteAssignmentRule,
  deleteTerritory,
  getLeadAssignment,
  listAssignmentRules,
  listTerritories,
  orderAssignmentRules,
  type Territory,
  type TerritoryCreate,
  tryAssignmentRules,
} from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import { objectsQuery } from '@/records/api/describe-objects';
import { type Cause, causedBy, refreshRecords } from '@/records/api/undo';

export type { AssignmentRule, AssignmentRuleCreate, AssignmentTrial, Territory };
/** Whom a rule gives leads to. */
export type Target = AssignmentRule['target'];

const all = ['assignment'] as const;

/** All rules, first one first, with the names of the people and teams in them. */
export const rulesQuery = queryOptions({
  queryKey: [...all, 'rules'],
  queryFn: ({ signal }) => listAssignmentRules({ signal }),
});

/** All territories, by name, with the names of their teams. */
export const territoriesQuery = queryOptions({
  queryKey: [...all, 'territories'],
  queryFn: ({ signal }) => listTerritories({ signal }),
});

/** Why a lead was assigned last; null if no rule did, or the user may not know. */
export const reasonQuery = (id: string) =>
  queryOptions({
    queryKey: [...all, 'reason', id],
    queryFn: async ({ signal }) => (await getLeadAssignment({ path: { id }, signal })).reason,
    staleTime: 0,
  });

async function refreshed<T>(work: Promise<T>): Promise<T> {
  const done = await work;
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: all }),
    // Forms leave the owner to the rules only while there are some.
    queryClient.invalidateQueries({ queryKey: objectsQuery.queryKey }),
  ]);
  return done;
}

const ifMatch = ({ version }: { version: number }) => ({ 'If-Match': `"${version}"` });

export const addRule = (body: AssignmentRuleCreate) => refreshed(createAssignmentRule({ body }));

/** Changes a rule. Fails with 412 if somebody else changed it since it was read. */
export const saveRule = (rule: AssignmentRule, body: AssignmentRuleChange) =>
  refreshed(changeAssignmentRule({ path: { id: rule.id }, body, headers: ifMatch(rule) }));

export const removeRule = (rule: AssignmentRule) =>
  refreshed(deleteAssignmentRule({ path: { id: rule.id }, headers: ifMatch(rule) }));

/** Puts all rules in order. */
export const saveOrder = (ids: string[]) => refreshed(orderAssignmentRules({ body: { ids } }));

export const addTerritory = (body: TerritoryCreate) => refreshed(createTerritory({ body }));

/** Changes a territory. Fails with 412 if somebody else changed it since it was read. */
export const saveTerritory = (territory: Territory, body: TerritoryCreate) =>
  refreshed(changeTerritory({ path: { id: territory.id }, body, headers: ifMatch(territory) }));

export const removeTerritory = (territory: Territory) =>
  refreshed(deleteTerritory({ path: { id: territory.id }, headers: ifMatch(territory) }));

/** What the rules would do with a lead. Changes nothing. */
export const tryRules = (body: { lead?: string; values?: Record<string, unknown> }) =>
  tryAssignmentRules({ body });

/** Lets the rules choose the lead's owner. */
export async function assignLead(id: string, cause: Cause) {
  const lead = await assign({ path: { id }, headers: causedBy(cause) });
  refreshRecords();
  return lead;
}
