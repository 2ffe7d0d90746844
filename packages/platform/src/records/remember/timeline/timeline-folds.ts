import type { LogRow } from '../log-rows.js';
import type { TimelinePosition } from './timeline-position.js';

/** Something that stands on a timeline: an event, or a record. */
export interface TimelineItem extends TimelinePosition {
  kind: string;
  /** Undefined for a record, whose id is the item's. */
  event?: LogRow;
}

/** Events that are at most so far apart are one entry, if they belong together. */
const FOLD_MICROS = 10 * 60 * 1_000_000;
/** Most events of an entry. */
export const MOST_FOLDED = 50;

/**
 * Whether two neighbours on a timeline belong to one entry: the same person did both, at nearly the same time, and either by one
 * request or job, or they are everyday changes of the record itself.
 */
export function belongTogether(newer: TimelineItem, older: TimelineItem): boolean {
  const [a, b] = [newer.event, older.event];
  if (!a || !b || newer.kind !== older.kind || newer.at - older.at > FOLD_MICROS) return false;
  if (a.object !== b.object || !isSameActor(a, b)) return false;
  const isEveryday = a.record_id === b.record_id && a['verb'] === 'updated' && b['verb'] === 'updated';
  return (
    isOneCause(a, b) ||
    (isEveryday && a['cause_kind'] === b['cause_kind'] && !a['cause_id'] && !b['cause_id'])
  );
}

const isSameActor = (a: LogRow, b: LogRow) =>
  a['actor_kind'] === b['actor_kind'] &&
  a['actor_id'] === b['actor_id'] &&
  a['on_behalf_of']?.id === b['on_behalf_of']?.id;

const isOneCause = (a: LogRow, b: LogRow) =>
  a['correlation_id'] === b['correlation_id'] ||
  (a['cause_id'] !== null && a['cause_kind'] === b['cause_kind'] && a['cause_id'] === b['cause_id']);

/**
 * Folds the first items of a timeline into entries.
 * @param limit most entries
 * @returns the entries, each with its newest item first, and whether others follow
 */
export async function foldedPage(
  items: AsyncIterable<TimelineItem>,
  limit: number,
): Promise<{ entries: TimelineItem[][]; hasMore: boolean }> {
  const entries: TimelineItem[][] = [];
  for await (const item of items) {
    const last = entries.at(-1);
    if (last && last.length < MOST_FOLDED && belongTogether(last.at(-1)!, item)) last.push(item);
    else if (entries.length === limit) return { entries, hasMore: true };
    else entries.push([item]);
  }
  return { entries, hasMore: false };
}
