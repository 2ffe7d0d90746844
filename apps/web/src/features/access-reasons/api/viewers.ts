import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import type { AccessSubject } from '@/records/access/access-questions';
import type { AccessEffect } from '@/records/api/explain-access';
import { recordKeys } from '@/records/api/record-keys';

/** Somebody who can view a record, or a field of it. */
export interface Viewer {
  subject: AccessSubject;
  effect: AccessEffect;
  canUpdate: boolean;
  /** Names of the roles that allow it. */
  roles: string[];
  shared: boolean;
  /** Whether a linked record opens it to them. */
  linked: boolean;
}

/** Everybody who can view a record or a field of it, those with the most rights first. */
export function viewersQuery(object: string, record: string, field: string | undefined) {
  return queryOptions({
    queryKey: recordKeys.viewers(object, record, field),
    queryFn: async ({ signal }) => {
      const query = { object, record, ...(field && { field }) };
      const answer = await client.get({ url: `${API_ROOT}/access/who`, query, signal });
      return (answer as unknown as { data: Viewer[] }).data;
    },
    staleTime: 10_000,
  });
}
