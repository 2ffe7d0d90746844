import {
  deleteMaskingRule,
  type FieldEncryptionState,
  getFieldEncryption,
  listMaskingLog,
  listMaskingRules,
  type MaskedField,
  type MaskingLog,
  type MaskingPreview,
  type MaskingRules,
  previewMaskingRules,
  putMaskingRule,
  rotateFieldKeys,
} from '@pellucid/api-client';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { queryClient } from '@/lib/query-client';
import { client } from '@/lib/transport';
import { objectsQuery } from '@/records/api/describe-objects';

export type { MaskedField, MaskingPreview };
export type MaskedObject = MaskingRules['data'][number];
export type ProtectedField = FieldEncryptionState['data'][number];
export type Strategy = MaskedField['strategy'];
export type PiiClass = MaskedField['pii'];
export type LogEntry = MaskingLog['data'][number];

/** The masking rule to save for a field. */
export interface Rule {
  strategy: Strategy;
  /** Null keeps the class in the description. */
  pii: PiiClass | null;
}

const all = ['field-security'] as const;

export const rulesQuery = queryOptions({
  queryKey: [...all, 'rules'],
  queryFn: async ({ signal }): Promise<MaskedObject[]> => (await listMaskingRules({ signal })).data,
});

/** Refetched while rows are being rewritten. */
export const encryptionQuery = queryOptions({
  queryKey: [...all, 'encryption'],
  queryFn: ({ signal }): Promise<FieldEncryptionState> => getFieldEncryption({ signal }),
  refetchInterval: ({ state }) =>
    state.data?.data.some(({ finishedAt, error }) => finishedAt === null && error === null) ? 2_000 : false,
});

/** Real rows as each role would see them under unsaved rules. */
export function previewQuery(object: string, rules: ({ field: string } & Rule)[], fields: string[]) {
  return queryOptions({
    queryKey: [...all, 'preview', object, rules, fields],
    queryFn: ({ signal }): Promise<MaskingPreview> =>
      previewMaskingRules({ body: { object, rules, fields }, signal }),
    enabled: fields.length > 0,
    placeholderData: keepPreviousData,
  });
}

/** Refetches everything in the app that depends on masking rules. */
export async function refreshRules(): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: all }),
    queryClient.invalidateQueries({ queryKey: objectsQuery.queryKey }),
  ]);
}

/** Saves a field's masking rule. Null removes it. */
export async function saveRule(object: string, field: string, rule: Rule | null): Promise<void> {
  if (rule) await putMaskingRule({ path: { object, field }, body: rule });
  else await deleteMaskingRule({ path: { object, field } });
}

/** Starts the job that re-encrypts all fields with the active key. */
export async function rotateKeys(): Promise<void> {
  await rotateFieldKeys();
  await queryClient.invalidateQueries({ queryKey: encryptionQuery.queryKey });
}

/** Names of the filters, in the API and in the page's URL. */
export const LOG_FILTERS = ['object', 'field', 'actor', 'record', 'from', 'to'] as const;
export type LogFilter = Partial<Record<(typeof LOG_FILTERS)[number], string>>;

/** Entries of the masking log that match the filter, newest first, 50 per page. */
export function logQuery(filter: LogFilter) {
  return infiniteQueryOptions({
    queryKey: [...all, 'log', filter] as const,
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }): Promise<MaskingLog> =>
      listMaskingLog({ query: { ...filter, limit: 50, ...(pageParam && { cursor: pageParam }) }, signal }),
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    staleTime: 0,
  });
}

/** Reveals one masked value. The access and its reason are logged. */
export async function revealField(path: string, id: string, field: string, reason: string): Promise<unknown> {
  const answer = await client.post({
    url: `${API_ROOT}${path}/${id}/reveal`,
    body: { field, reason },
    headers: { 'Content-Type': 'application/json' },
  });
  return (answer as unknown as { value: unknown }).value;
}
