import { queryOptions, useQueries, useQuery } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { useMe } from '@/lib/session/use-me';
import { client } from '@/lib/transport';
import { explainQuery } from '../api/explain-access';
import type { ObjectDescription, RecordData } from '../object-description';
import { reachesEvery, type RoleReach } from './role-reach';

const rolesReachQuery = queryOptions({
  queryKey: ['roles', 'reach'],
  queryFn: async ({ signal }) =>
    ((await client.get({ url: `${API_ROOT}/roles`, signal })) as unknown as { data: RoleReach[] }).data,
  staleTime: 60_000,
});

/** `unknown` while it is being found out; what it is about waits that long. */
export type Verdict = 'yes' | 'no' | 'unknown';

/**
 * Whether this person may do each of the actions with this very record. The description says what they may
 * do with some record; the API is asked only where their roles reach some records and not others.
 */
export function useRights(
  object: ObjectDescription,
  record: RecordData,
  actions: string[],
): Record<string, Verdict> {
  const me = useMe();
  const isAdministrator = me.permissions.includes('*');
  const mayWithSome = (action: string) => object.permissions?.[action] !== false;
  const wanted = actions.filter(mayWithSome);
  const roles = useQuery({ ...rolesReachQuery, enabled: !isAdministrator && wanted.length > 0 });
  const own = roles.data?.filter(({ id }) => me.roles.some((role) => role.id === id));
  const doubtful =
    isAdministrator || !own ? [] : wanted.filter((action) => !reachesEvery(own, object.key, action));
  const answers = useQueries({
    queries: doubtful.map((action) => explainQuery({ object: object.key, record: record.id, action })),
  });
  const verdictOf = (action: string): Verdict => {
    if (!mayWithSome(action)) return 'no';
    if (isAdministrator) return 'yes';
    if (!own) return 'unknown';
    const index = doubtful.indexOf(action);
    if (index < 0) return 'yes';
    const answer = answers[index]?.data;
    return answer ? (answer.allowed ? 'yes' : 'no') : 'unknown';
  };
  return Object.fromEntries(actions.map((action) => [action, verdictOf(action)]));
}
