import type { Bulk } from '@pellucid/api-client';
import { endOfDay } from '@/lib/format/end-of-day';
import type { UnreadText } from '@/lib/typed/unread-text';
import type { RecordReference } from '@/records/object-description';

/** Whom records can be shared with. */
export const KINDS = ['member', 'team'] as const;

/** What people get; `none` ends what is shared. */
export const ACCESSES = ['read', 'edit', 'none'] as const;

/** A share of many records as it is entered. */
export interface Sharing {
  kind: (typeof KINDS)[number];
  grantee: RecordReference | null;
  access: (typeof ACCESSES)[number];
  /** The last day. */
  until: string | UnreadText;
}

export const EMPTY_SHARING: Sharing = { kind: 'member', grantee: null, access: 'read', until: '' };

/** Returns what to ask for. The grantee must be chosen. @param zone the company's */
export function shareRequest(
  { kind, grantee, access, until }: Sharing,
  zone: string,
): Pick<Bulk, 'share'> & { action: 'share' } {
  const day = access !== 'none' && until ? endOfDay(String(until), zone) : undefined;
  return {
    action: 'share',
    share: { grantee: { kind, id: grantee!.id }, access, ...(day ? { until: day } : {}) },
  };
}
