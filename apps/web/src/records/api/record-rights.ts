import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import type { AccessEffect } from './explain-access';
import type { ObjectDescription } from '../object-description';
import { recordKeys } from './record-keys';

/** What this person, or the role looked through, may do with one record. */
export interface RecordRights {
  /** Every action on a record there is: "update", "delete", the verbs. */
  actions: Record<string, boolean>;
  /** Every field: `edit` where an update of this record may write it. */
  fields: Record<string, AccessEffect>;
}

/** Rights may change at any time, and with what the record holds: asked again soon, and whenever records are. */
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
