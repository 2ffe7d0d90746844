import { timelineRecord, type TimelineEntry as Entry, type Timeline as Page } from '@pellucid/api-client';
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import type { AccessNotes } from '@/records/access/field-visibility';
import type { HistoryEntry } from '@/records/api/record-history';
import { recordKeys } from '@/records/api/record-keys';
import type { RecordData, RecordReference } from '@/records/object-description';

/** Which entries of a timeline are shown. */
export interface TimelineFilter {
  /** `changes`, or keys of objects; all if left out. */
  kinds?: string[] | undefined;
  /** ID of the person whose entries are shown; everybody's if left out. */
  person?: string | undefined;
}

/** An event on a timeline, with the record to which it happened. */
export type TimelineEvent = HistoryEntry & {
  object: string;
  record: RecordReference;
  share?: { grantee: { kind: string; id: string; name: string }; access: string; until: string | null };
};

/** Events that belong together, or a record that is about the timeline's record. */
export type TimelineEntry = Omit<Entry, 'events' | 'record'> & {
  events?: TimelineEvent[];
  record?: RecordData & { name: string };
};

/** A page of a timeline, newest first. */
export type TimelinePage = Omit<Page, 'data' | 'upcoming' | 'meta'> & {
  data: TimelineEntry[];
  upcoming?: TimelineEntry[];
  meta?: { access: AccessNotes };
};

/** The timeline of a record, newest first, page by page. */
export function timelineQuery(path: string, id: string, { kinds, person }: TimelineFilter) {
  return infiniteQueryOptions({
    queryKey: recordKeys.timeline(path, id, { kinds, person }),
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const query = {
        ...(kinds && { kinds: kinds.join(',') }),
        ...(person && { people: person }),
        ...(pageParam && { cursor: pageParam }),
      };
      return (await timelineRecord(path, id, { query, signal })) as unknown as TimelinePage;
    },
    getNextPageParam: (last) => last.page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
}
