import type { Query } from '@tanstack/react-query';
import type { RecordPage } from '../api/list-records';
import type { RecordData } from '../object-description';
import type { Watch } from './live-messages';

/** The part of an object's description that is needed here. */
export interface Addressed {
  key: string;
  path: string;
}

/** The server's limits for one page. */
const MOST_OBJECTS = 20;
const MOST_RECORDS = 200;

/** Whether a query of this kind shows one record, or its lines. */
const isOfOne = (kind: unknown) => kind === 'record' || kind === 'lines';

/** The path of the object whose records a query shows; undefined for other queries. */
export function pathOf({ queryKey }: Pick<Query, 'queryKey'>): string | undefined {
  const [root, at, kind] = queryKey;
  if (root === 'records' && (kind === 'list' || isOfOne(kind))) return String(at);
  return root === 'totals' && at === 'aggregate' ? String(kind) : undefined;
}

/** Keys of the objects that a timeline shows besides its record; none for other queries. */
export function shownAround({ queryKey, state }: Pick<Query, 'queryKey' | 'state'>): string[] {
  if (queryKey[0] !== 'records' || queryKey[2] !== 'timeline') return [];
  return (state.data as { pages: { kinds: string[] }[] } | undefined)?.pages[0]?.kinds ?? [];
}

/**
 * What the page shows: everything that it has active queries for. So lists, boards and records are live without doing
 * anything for it.
 */
export function watchesOf(queries: Query[], objects: Addressed[]): Watch[] {
  const byPath = new Map(objects.map(({ key, path }) => [path, key]));
  const watches = new Map<string, 'all' | Set<string>>();
  const known = new Set(byPath.values());
  for (const query of queries) {
    if (!query.isActive()) continue;
    for (const object of shownAround(query)) if (known.has(object)) watches.set(object, 'all');
    const object = byPath.get(pathOf(query) ?? '');
    if (!object) continue;
    const some = watches.get(object);
    if (!isOfOne(query.queryKey[2])) watches.set(object, 'all');
    else if (some !== 'all') watches.set(object, (some ?? new Set()).add(String(query.queryKey[3])));
  }
  return [...watches].slice(0, MOST_OBJECTS).map(([object, records]) => ({
    object,
    records: records === 'all' || records.size > MOST_RECORDS ? 'all' : [...records],
  }));
}

/**
 * Milliseconds since the oldest data that the page shows were requested.
 * @param upToDateAt until when live messages kept all of it up to date
 */
export function ageOf(queries: Query[], upToDateAt: number, now = Date.now()): number {
  const since = queries
    .filter((query) => query.isActive() && (pathOf(query) || shownAround(query).length))
    .map(({ state }) => (state.fetchStatus === 'fetching' ? now : Math.max(state.dataUpdatedAt, upToDateAt)));
  return Math.max(0, now - Math.min(now, ...since));
}

/** The records that a query of {@link pathOf} has loaded. */
export function recordsIn({ queryKey, state }: Pick<Query, 'queryKey' | 'state'>): RecordData[] {
  const data = state.data as RecordData | RecordPage | { pages: RecordPage[] } | undefined;
  if (!data || queryKey[0] !== 'records') return [];
  // Lines come with the version of their record, but without its id.
  if (isOfOne(queryKey[2])) return [{ ...(data as RecordData), id: String(queryKey[3]) }];
  const pages = 'pages' in data ? (data.pages as RecordPage[]) : [data as RecordPage];
  return pages.flatMap((page) => (Array.isArray(page?.data) ? page.data : []));
}
