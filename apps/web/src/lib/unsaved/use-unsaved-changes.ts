import { useEffect, useRef } from 'react';
import { addUnsaved, leaveUnsaved } from './unsaved-changes';

/**
 * Guards unsaved changes: navigating, closing the tab and `leave` ask first.
 *
 * @param isDirty whether something is unsaved, or a function that tells when the user leaves
 * @returns `leave` runs its argument, after asking if something is unsaved; `settle` marks everything as saved, for
 * code that leaves right afterwards
 */
export function useUnsavedChanges(isDirty: boolean | (() => boolean)): {
  leave: (go: () => void) => void;
  settle: () => void;
} {
  const latest = useRef(isDirty);
  latest.current = isDirty;
  const isSettled = useRef(false);
  const source = useRef(() => {
    const current = latest.current;
    return !isSettled.current && (typeof current === 'function' ? current() : current);
  });
  useEffect(() => addUnsaved(source.current), []);
  return {
    leave: (go) =>
      leaveUnsaved(source.current(), () => {
        isSettled.current = true;
        go();
        // The component may stay mounted and be opened again.
        queueMicrotask(() => {
          isSettled.current = false;
        });
      }),
    settle: () => {
      isSettled.current = true;
    },
  };
}
