import type { Changes } from '@/records/log/event-changes';

/**
 * In: the changes of several events, newest first. Out: each field from what it was before all of them to what it was after. A
 * field that is as it was before is left out.
 */
export function foldedChanges(events: readonly { changes: Changes }[]): Changes {
  const folded: Changes = {};
  for (const { changes } of events)
    for (const [key, change] of Object.entries(changes)) {
      const later = folded[key];
      if (!later) folded[key] = change;
      else if ('before' in change) folded[key] = { ...later, before: change.before };
      // The earlier event made the record.
      else folded[key] = 'after' in later ? { after: later.after } : {};
    }
  return Object.fromEntries(
    Object.entries(folded).filter(
      ([, change]) => !('before' in change && 'after' in change && isSame(change.before, change.after)),
    ),
  );
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
