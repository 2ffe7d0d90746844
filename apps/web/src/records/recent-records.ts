/** Records that the user last opened in this browser, newest first. Only names, stored per company. */
import { useSyncExternalStore } from 'react';
import { currentSession } from '@/lib/session/session';

export interface RecentRecord {
  object: string;
  id: string;
  name: string;
}

const LIMIT = 12;
const listeners = new Set<() => void>();
const NOTHING: RecentRecord[] = [];
let cache: { key: string; text: string; records: RecentRecord[] } | undefined;

function storageKey(): string {
  const session = currentSession();
  return `pellucid-recent/${session.status === 'signed-in' ? session.tenantId : ''}`;
}

/** Returns the same array until something changes, as React's external stores require. */
export function recentRecords(): RecentRecord[] {
  const key = storageKey();
  const text = localStorage.getItem(key) ?? '';
  if (cache?.key === key && cache.text === text) return cache.records;
  let records = NOTHING;
  try {
    const parsed: unknown = JSON.parse(text || '[]');
    if (Array.isArray(parsed)) records = parsed as RecentRecord[];
  } catch {
    // Ignores a broken or foreign value and starts over.
  }
  cache = { key, text, records };
  return records;
}

/** Puts a record at the top of the list, and drops the oldest beyond the limit. */
export function rememberVisit(visit: RecentRecord): void {
  const others = recentRecords().filter(({ id }) => id !== visit.id);
  localStorage.setItem(storageKey(), JSON.stringify([visit, ...others].slice(0, LIMIT)));
  for (const listener of listeners) listener();
}

/** Deletes the list, so that names of the user's customers don't stay on a shared computer. */
export function forgetVisits(): void {
  for (const key of Object.keys(localStorage))
    if (key.startsWith('pellucid-recent/')) localStorage.removeItem(key);
}

/** The list of {@link recentRecords}, following changes. */
export function useRecentRecords(): RecentRecord[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, recentRecords);
}
