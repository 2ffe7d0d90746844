import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import type { AccessEffect } from './explain-access';
import type { ObjectDescription } from '../object-description';
import { recordKeys } from './record-keys';

/** What the user, or the role they view as, may do with one record. */
export interface RecordRights {
  /** Every action on a record: "update", "delete", the verbs. */
  actions: Record<string, boolean>;
  /** Every field. `edit` if an update of this record may write it. */
  fields: Record<string, AccessEffect>;
}

/**
 * Rights of one record. They can change at any time and with the record's values, so they are soon stale and refetched
 * with records.
 */
export function recordRightsQuery(object: Pick<ObjectDescription, 'key' | 'path'>, record: string) {
  return queryOptions({
    queryKey: recordKeys.rights(object.path, record),
    queryFn: async ({ signal }) =>
      (await client.get({
        url: `${API_ROOT}/access/rights`,
        query: { object: object.key, record },
        signal,
      })) as unknown as RecordRights,
    staleTime: 10_000,
  });
}
