import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { client } from '@/lib/transport';
import { listRecords } from '@/records/api/list-records';
import { recordKeys } from '@/records/api/record-keys';
import type { RecordData } from '@/records/object-description';

const json = { 'Content-Type': 'application/json' };
export const MEMBERS = '/members';
const TEAMS = '/teams';
/** Nobody reads a larger tree. The plain list has all teams. */
const MAX_TEAMS = 1000;

export { type Role, rolesQuery } from '@/lib/roles';

/** Role IDs by member ID; only for users who manage people. */
export const assignmentsQuery = queryOptions({
  queryKey: ['roles', 'assignments'],
  queryFn: async ({ signal }) => {
    const answer = await client.get({ url: `${API_ROOT}/role-assignments`, signal });
    const { data } = answer as unknown as { data: { memberId: string; roleIds: string[] }[] };
    return new Map(data.map(({ memberId, roleIds }) => [memberId, roleIds]));
  },
});

/** Members, loaded as the user scrolls. */
export function membersQuery(q: string, status: string) {
  return infiniteQueryOptions({
    queryKey: [...recordKeys.lists(MEMBERS), 'people', q, status],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      listRecords(
        MEMBERS,
        {
          sort: 'name',
          limit: 100,
          ...(q && { q }),
          ...(status && { filter: { field: 'status', op: 'eq' as const, value: status } }),
          ...(!pageParam && { count: 'capped' as const }),
        },
        pageParam,
        signal,
      ),
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  });
}

async function all(path: string, signal: AbortSignal): Promise<RecordData[]> {
  const records: RecordData[] = [];
  let cursor: string | undefined;
  do {
    const page = await listRecords(path, { sort: 'name', limit: 200 }, cursor, signal);
    records.push(...page.data);
    cursor = page.page.nextCursor ?? undefined;
  } while (cursor && records.length < MAX_TEAMS);
  return records;
}

export const teamsQuery = queryOptions({
  queryKey: [...recordKeys.lists(TEAMS), 'tree'],
  queryFn: ({ signal }) => all(TEAMS, signal),
});

/** All members who belong to a team, for the tree. */
export const teamMembersQuery = queryOptions({
  queryKey: [...recordKeys.lists(MEMBERS), 'tree'],
  queryFn: ({ signal }) => all(MEMBERS, signal),
});

function refresh(): void {
  void queryClient.invalidateQueries({ queryKey: recordKeys.object(MEMBERS) });
  void queryClient.invalidateQueries({ queryKey: ['roles', 'assignments'] });
}

/** Invites a person by mail. Throws ApiProblem with 409 if they are already a member or invited. */
export async function inviteMember(wish: { email: string; name: string; roleIds: string[] }): Promise<void> {
  await client.post({ url: `${API_ROOT}/members/invite`, body: wish, headers: json });
  refresh();
}

/** Mails a new link and invalidates the old one. */
export async function resendInvitation(memberId: string): Promise<void> {
  await client.post({ url: `${API_ROOT}/members/${memberId}/invite/resend` });
}

/** Revokes an invitation. The member stays, inactive. */
export async function revokeInvitation(memberId: string): Promise<void> {
  await client.delete({ url: `${API_ROOT}/members/${memberId}/invite` });
  refresh();
}

/**
 * Sets the roles of a member. Throws ApiProblem with 409 for the last administrator, 403 for roles the user may not
 * grant.
 */
export async function assignRoles(memberId: string, roleIds: string[]): Promise<void> {
  await client.put({ url: `${API_ROOT}/members/${memberId}/roles`, body: { roleIds }, headers: json });
  refresh();
}

/** Disables or enables a member's log-in. They keep their records. */
export async function switchAccess(memberId: string, isOn: boolean): Promise<void> {
  await client.post({ url: `${API_ROOT}/members/${memberId}/${isOn ? 'activate' : 'deactivate'}` });
  refresh();
}
