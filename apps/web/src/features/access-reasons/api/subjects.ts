import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import type { AccessSubject } from '@/records/access/access-questions';
import { listRecords } from '@/records/api/list-records';
import { recordKeys } from '@/records/api/record-keys';

const MEMBERS = '/members';

/** One short page of people whose name contains the text. */
export function peopleQuery(text: string) {
  return queryOptions({
    queryKey: recordKeys.options(MEMBERS, `subjects ${text}`),
    queryFn: async ({ signal }) => {
      const page = await listRecords(
        MEMBERS,
        // People who can't log in, and haven't been invited, may do nothing, so there is nothing to explain.
        {
          limit: 20,
          sort: 'name',
          filter: { field: 'status', op: 'in', value: ['active', 'invited'] },
          ...(text && { q: text }),
        },
        undefined,
        signal,
      );
      return page.data.map(
        ({ id, name }): AccessSubject => ({ kind: 'member', id, name: String(name ?? '') }),
      );
    },
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
}

/** Every API key. */
export const keysQuery = queryOptions({
  queryKey: ['api-keys', 'subjects'],
  queryFn: async ({ signal }) => {
    const { data } = (await client.get({ url: `${API_ROOT}/api-keys`, signal })) as unknown as {
      data: { id: string; name: string; revokedAt: string | null }[];
    };
    return data
      .filter(({ revokedAt }) => !revokedAt)
      .map(({ id, name }): AccessSubject => ({ kind: 'apiKey', id, name }));
  },
  staleTime: 30_000,
});
