import {
  changeDuplicateRule,
  createDuplicateRule,
  deleteDuplicateRule,
  type DuplicateCondition,
  type DuplicateRule,
  type DuplicateRuleChange,
  type DuplicateRuleCreate,
  type DuplicateRuleTrialResult,
  findDuplicates,
  listDuplicateRules,
  tryDuplicateRule,
} from '@pellucid/api-client';
import { queryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';

export type { DuplicateCondition, DuplicateRule, DuplicateRuleTrialResult };

const all = ['duplicate-rules'] as const;
/** How often the list is fetched again while a job prepares records for a rule. */
const PREPARING_MS = 3_000;

/** All rules, by name. */
export const duplicateRulesQuery = queryOptions({
  queryKey: all,
  queryFn: async ({ signal }): Promise<DuplicateRule[]> => (await listDuplicateRules({ signal })).data,
  refetchInterval: ({ state }) =>
    state.data?.some(({ isActive, isReady }) => isActive && !isReady) ? PREPARING_MS : false,
});

async function refreshed<T>(work: Promise<T>): Promise<T> {
  const done = await work;
  await queryClient.invalidateQueries({ queryKey: all });
  return done;
}

const ifMatch = ({ version }: DuplicateRule) => ({ 'If-Match': `"${version}"` });

export function addRule(body: DuplicateRuleCreate): Promise<DuplicateRule> {
  return refreshed(createDuplicateRule({ body }));
}

/** Changes a rule. Fails with 412 if somebody else changed it since it was read. */
export function saveRule(rule: DuplicateRule, body: DuplicateRuleChange): Promise<DuplicateRule> {
  return refreshed(changeDuplicateRule({ path: { id: rule.id }, body, headers: ifMatch(rule) }));
}

export async function removeRule(rule: DuplicateRule): Promise<void> {
  await refreshed(deleteDuplicateRule({ path: { id: rule.id }, headers: ifMatch(rule) }));
}

/** What a rule would find among the latest records. Stores nothing. */
export function tryRule(
  body: Pick<DuplicateRuleCreate, 'objects' | 'conditions'>,
): Promise<DuplicateRuleTrialResult> {
  return tryDuplicateRule({ body });
}

/** Starts the job that finds duplicates in all existing records. */
export async function startSearch(): Promise<void> {
  await findDuplicates();
}
