import type { RichTextDocument } from '@pellucid/conditions/rich-text';
import { useCallback, useState } from 'react';
import { useMe } from '@/lib/session/use-me';

/** What has been written and not yet saved, and the version of the record that it began from. */
export interface KeptDraft {
  document: RichTextDocument;
  version?: number;
}

/** Oldest draft that is offered again, in milliseconds: 30 days. */
const LONGEST = 30 * 86_400_000;

/**
 * Keeps a draft in this browser until it is saved or discarded, so that closing the tab loses nothing. Each person has their own.
 * @param place what is being written, such as the record and the kind of text
 * @returns the draft that was there at first, and how to keep another one; `undefined` removes it
 */
export function useKeptDraft(place: string): [KeptDraft | undefined, (draft: KeptDraft | undefined) => void] {
  const { user } = useMe();
  const key = `pellucid.draft.${user.id}.${place}`;
  const [draft] = useState(() => read(key));
  const keep = useCallback(
    (next: KeptDraft | undefined) => {
      try {
        if (next) localStorage.setItem(key, JSON.stringify({ ...next, at: Date.now() }));
        else localStorage.removeItem(key);
      } catch {
        // Without room in the browser's storage, leaving the page still asks.
      }
    },
    [key],
  );
  return [draft, keep];
}

function read(key: string): KeptDraft | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as (KeptDraft & { at: number }) | null;
    if (kept?.document?.type === 'doc' && Date.now() - kept.at < LONGEST) return kept;
  } catch {
    // Another version of the app wrote it.
  }
  return undefined;
}
