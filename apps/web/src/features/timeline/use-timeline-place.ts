import { useNavigate, useSearch } from '@tanstack/react-router';
import type { TimelineFilter } from './api/timeline';

/** What of a timeline is shown, as the URL says: the filter, the record beside it, and the version that is looked at. */
export function useTimelinePlace() {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Partial<
    Record<'kinds' | 'person' | 'peek' | 'version', unknown>
  >;
  const set = (change: Record<string, unknown>) =>
    void navigate({
      to: '.',
      search: (before: object) => ({ ...before, ...change }),
      replace: true,
    } as never);
  const filter: TimelineFilter = {
    kinds: typeof search.kinds === 'string' && search.kinds ? search.kinds.split(',') : undefined,
    person: typeof search.person === 'string' ? search.person : undefined,
  };
  const version = Number(search.version);
  const [object, id] = String(search.peek ?? '').split('/');
  return {
    filter,
    setFilter: ({ kinds, person }: TimelineFilter) =>
      set({ kinds: kinds?.length ? kinds.join(',') : undefined, person }),
    /** The record that is shown beside the page. */
    peek: object && id ? { object, id } : undefined,
    setPeek: (record: { object: string; id: string } | undefined) =>
      set({ peek: record && `${record.object}/${record.id}` }),
    /** The earlier version that is looked at. */
    version: Number.isInteger(version) && version > 0 ? version : undefined,
    setVersion: (next: number | undefined) => set({ version: next }),
  };
}
