import {
  type ApiKey,
  type ApiKeyCreate,
  type ApiKeyRotation,
  changeApiKey,
  createApiKey,
  getApiKey,
  getApiKeyUsage,
  listApiKeys,
  listRoles,
  revokeApiKey,
  rotateApiKey,
  type ShownApiKey,
} from '@pellucid/api-client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { queryClient } from '@/lib/query-client';
import '@/lib/transport';

export type { ApiKey, ShownApiKey };

/** Which keys the page lists: all, or those in one state. */
export type StateFilter = ApiKey['state'] | 'all';

/** Usage of one day. */
export interface UsageDay {
  day: string;
  requests: number;
  failures: number;
}

const all = ['api-keys'] as const;
/** Number of days in the chart. */
export const USAGE_DAYS = 30;

/** Keys, newest first, loaded as the user scrolls. */
export function apiKeysQuery(state: StateFilter) {
  return infiniteQueryOptions({
    queryKey: [...all, 'list', state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      listApiKeys({
        query: {
          limit: 50,
          ...(state === 'all' ? {} : { state }),
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        signal,
      }),
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
  });
}

export function apiKeyQuery(id: string) {
  return queryOptions({
    queryKey: [...all, 'one', id],
    queryFn: ({ signal }): Promise<ApiKey> => getApiKey({ path: { id }, signal }),
  });
}

/** Requests and failures of the last days, oldest first. */
export function usageQuery(id: string) {
  return queryOptions({
    queryKey: [...all, 'usage', id],
    queryFn: async ({ signal }): Promise<UsageDay[]> =>
      (await getApiKeyUsage({ path: { id }, query: { days: USAGE_DAYS }, signal })).data,
  });
}

/** Roles that a key may have. */
export const keyRolesQuery = queryOptions({
  queryKey: ['roles', 'for-keys'],
  queryFn: async ({ signal }) => (await listRoles({ signal })).data,
  staleTime: 60_000,
});

const refresh = () => queryClient.invalidateQueries({ queryKey: all });

/** Out: the key with its secret text, which can't be retrieved later. */
export async function makeKey(body: ApiKeyCreate): Promise<ShownApiKey> {
  const made = await createApiKey({ body });
  void refresh();
  return made;
}

/** Changes a key. Answers 412 if somebody else changed it since `key.version`. */
export async function changeKey(key: ApiKey, body: Partial<ApiKeyCreate>): Promise<void> {
  await changeApiKey({ path: { id: key.id }, body, headers: { 'If-Match': `"${key.version}"` } });
  void refresh();
}

/** Out: the key with its new secret text, which can't be retrieved later. */
export async function rotateKey(id: string, body: ApiKeyRotation): Promise<ShownApiKey> {
  const rotated = await rotateApiKey({ path: { id }, body });
  void refresh();
  return rotated;
}

/** Revokes a key permanently. */
export async function revokeKey(id: string): Promise<void> {
  await revokeApiKey({ path: { id } });
  await refresh();
}
