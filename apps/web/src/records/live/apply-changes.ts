import type { Query, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '@/lib/api-problem';
import { markFresh } from './fresh-records';
import type { ObjectChanges } from './live-messages';
import { type Addressed, pathOf, recordsIn, shownAround } from './shown-records';

/** With more records than this, marking them would make the page restless. */
const MOST_MARKED = 12;

/** What has to be fetched again of an object. */
interface Outdated {
  /** Undefined for all. */
  ids: ReadonlySet<string> | undefined;
  /** Records to mark once they are fetched. */
  marked: string[];
}

/** Whether the page shows the record in this version already, e.g. because this tab made the change. */
function isShown(queries: Query[], path: string, id: string, version: number | null): boolean {
  const versions = queries
    .filter((query) => query.isActive() && pathOf(query) === path)
    .flatMap((query) => recordsIn(query).filter((record) => record.id === id))
    .map((record) => record.version);
  return version !== null && versions.length > 0 && versions.every((shown) => shown >= version);
}

function outdatedBy(queries: Query[], path: string, changes: ObjectChanges): Outdated | undefined {
  if (changes.all) return { ids: undefined, marked: [] };
  const changed = changes.changed
    .filter(({ id, version }) => !isShown(queries, path, id, version))
    .map(({ id }) => id);
  const ids = new Set([...changed, ...changes.gone]);
  if (ids.size === 0) return undefined;
  return { ids, marked: changed.length > MOST_MARKED ? [] : changed };
}

/** Whether a query may show something else now. */
function isOutdated(query: Query, object: string, path: string, { ids }: Outdated): boolean {
  const [root, at, kind, id] = query.queryKey;
  if (shownAround(query).includes(object)) return true;
  if (root === 'totals') return at !== 'aggregate' || kind === path;
  if (root !== 'records' || at !== path) return false;
  if (kind === 'list') return true;
  return (
    ['record', 'lines', 'rights', 'history', 'timeline'].includes(String(kind)) &&
    (ids?.has(String(id)) ?? true)
  );
}

/**
 * Fetches again what changes have made outdated of what the page shows, and marks the changed records. Resolves when the
 * page shows it.
 */
export async function applyChanges(
  client: QueryClient,
  objects: Addressed[],
  changes: ObjectChanges[],
): Promise<void> {
  const cache = client.getQueryCache();
  const marked: string[] = [];
  const outdated = changes.flatMap((each) => {
    const path = objects.find(({ key }) => key === each.object)?.path;
    const what = path && outdatedBy(cache.getAll(), path, each);
    return path && what ? [{ object: each.object, path, what }] : [];
  });
  if (outdated.length === 0) return;
  for (const { what } of outdated) marked.push(...what.marked);
  await client.invalidateQueries({
    predicate: (query) => outdated.some(({ object, path, what }) => isOutdated(query, object, path, what)),
  });
  forgetLost(client);
  markFresh(marked);
}

/** Takes records off the page that the user can no longer see: a query keeps its data when it is refused. */
function forgetLost(client: QueryClient): void {
  const isLost = ({ queryKey, state }: Query) =>
    queryKey[0] === 'records' &&
    queryKey[2] === 'record' &&
    state.data !== undefined &&
    state.error instanceof ApiProblem &&
    (state.error.status === 404 || state.error.status === 403);
  void client.resetQueries({ predicate: isLost });
}
