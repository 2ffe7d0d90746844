import { useQuery } from '@tanstack/react-query';
import { viewedRole } from '@/lib/session/view-as';
import { useMe } from '@/lib/session/use-me';
import { type RecordRights, recordRightsQuery } from '../api/record-rights';
import type { ObjectDescription, RecordData } from '../object-description';

/** `unknown` while it is being found out, and where one might do it but only looks through a role. */
export type Verdict = 'yes' | 'no' | 'unknown';

/** What this person may do with one record. */
export interface Rights {
  /** Whether they may do the action with it. */
  may(action: string): Verdict;
  /** What they may do with its fields; undefined while it is being found out, or where it could not be. */
  fields: RecordRights['fields'] | undefined;
  /** Whether the answer is still on its way. */
  isPending: boolean;
}

/**
 * What this person may do with this very record: one question to the API, for all who ask it on a page. Administrators
 * may do everything, and what the description of the object says of no record needs no asking.
 * In: no record for one that is still to be made.
 */
export function useRights(object: ObjectDescription, record: RecordData | undefined): Rights {
  const me = useMe();
  const isLooking = viewedRole() !== undefined;
  const isAdministrator = me.permissions.includes('*');
  const query = useQuery({
    ...recordRightsQuery(object, record?.id ?? ''),
    enabled: record !== undefined && !isAdministrator,
  });
  return {
    may: (action) => {
      if (!isLooking && object.permissions?.[action] === false) return 'no';
      const isAllowed = isAdministrator || query.data?.actions[action];
      if (isAllowed === undefined) return 'unknown';
      if (!isAllowed) return 'no';
      return isLooking ? 'unknown' : 'yes';
    },
    fields: query.data?.fields,
    isPending: query.isLoading,
  };
}
