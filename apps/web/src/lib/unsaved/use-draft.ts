import { createContext, useContext, useEffect, useRef } from 'react';
import { addUnsaved, type UnsavedSource } from './unsaved-changes';

/** Drafts in the surrounding dialog, drawer or popover, which asks before it closes. */
export const DraftsAround = createContext<Set<UnsavedSource> | undefined>(undefined);

/**
 * Registers a part of a dialog, drawer, popover or page that can hold a draft. What surrounds it asks before the draft is
 * discarded.
 *
 * @param isDraft whether there is a draft, called when someone leaves
 */
export function useDraft(isDraft: UnsavedSource): void {
  const around = useContext(DraftsAround);
  const latest = useRef(isDraft);
  latest.current = isDraft;
  useEffect(() => {
    const source = () => latest.current();
    if (!around) return addUnsaved(source);
    around.add(source);
    return () => {
      around.delete(source);
    };
  }, [around]);
}
