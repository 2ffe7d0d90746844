import { useQuery } from '@tanstack/react-query';
import { viewedRole } from '@/lib/session/view-as';
import { useMe } from '@/lib/session/use-me';
import { type RecordRights, recordRightsQuery } from '../api/record-rights';
import type { ObjectDescription, RecordData } from '../object-description';

/** `unknown` while it is loading, and while viewing as a role that may do it. */
export type Verdict = 'yes' | 'no' | 'unknown';

/** What the user may do with one record. */
export interface Rights {
  /** Whether they may perform the action on it. */
  may(action: string): Verdict;
  /** What they may do with its fields; undefined while loading or after a failure. */
  fields: RecordRights['fields'] | undefined;
  /** Whether the answer is still loading. */
  isPending: boolean;
}

/**
 * What the user may do with this record. One request to the API serves all callers on a page. No request is needed for
 * actions that the object's description allows on no record, nor for administrators, unless records of the object can be
 * frozen. In: undefined for a record not yet created.
 */
export function useRights(object: ObjectDescription, record: RecordData | undefined): Rights {
  const me = useMe();
  const isLooking = viewedRole() !== undefined;
  const mayEverything = me.permissions.includes('*') && !object.freezes;
  const query = useQuery({
    ...recordRightsQuery(object, record?.id ?? ''),
    enabled: record !== undefined && !mayEverything,
  });
  return {
    may: (action) => {
      if (!isLooking && object.permissions?.[action] === false) return 'no';
      const isAllowed = mayEverything || query.data?.actions[action];
      if (isAllowed === undefined) return 'unknown';
      if (!isAllowed) return 'no';
      return isLooking ? 'unknown' : 'yes';
    },
    fields: query.data?.fields,
    isPending: query.isLoading,
  };
}
