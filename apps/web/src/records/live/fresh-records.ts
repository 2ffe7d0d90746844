import { useCallback, useSyncExternalStore } from 'react';

/** How long a record that somebody else changed is marked. */
const FRESH_MS = 2_400;

let fresh: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

function show(next: Iterable<string>): void {
  fresh = new Set(next);
  for (const listener of listeners) listener();
}

/** Marks records for a moment, because somebody else has just changed them. */
export function markFresh(ids: string[]): void {
  if (ids.length === 0) return;
  show([...fresh, ...ids]);
  setTimeout(() => show([...fresh].filter((id) => !ids.includes(id))), FRESH_MS);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Whether somebody else has just changed the record. */
export function useFresh(id: string): boolean {
  return useSyncExternalStore(
    subscribe,
    useCallback(() => fresh.has(id), [id]),
  );
}
