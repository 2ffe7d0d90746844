/** What this person opened last in this browser, newest first; names only, kept per workspace. */
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

/** The same array as long as nothing changed, as React's external stores must give. */
export function recentRecords(): RecentRecord[] {
  const key = storageKey();
  const text = localStorage.getItem(key) ?? '';
  if (cache?.key === key && cache.text === text) return cache.records;
  let records = NOTHING;
  try {
    const parsed: unknown = JSON.parse(text || '[]');
    if (Array.isArray(parsed)) records = parsed as RecentRecord[];
  } catch {
    // Somebody else's or a broken value: start anew.
  }
  cache = { key, text, records };
  return records;
}

export function rememberVisit(visit: RecentRecord): void {
  const others = recentRecords().filter(({ id }) => id !== visit.id);
  localStorage.setItem(storageKey(), JSON.stringify([visit, ...others].slice(0, LIMIT)));
  for (const listener of listeners) listener();
}

/** Names of a person's customers must not stay behind on a shared computer. */
export function forgetVisits(): void {
  for (const key of Object.keys(localStorage))
    if (key.startsWith('pellucid-recent/')) localStorage.removeItem(key);
}

export function useRecentRecords(): RecentRecord[] {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, recentRecords);
}
