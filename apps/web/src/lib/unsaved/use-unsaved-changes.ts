import { useEffect, useRef } from 'react';
import { addUnsaved, leaveUnsaved } from './unsaved-changes';

/**
 * Guards what is not saved: another page and closing the tab ask first, and so does `leave`.
 *
 * @param isDirty whether something is unsaved, or how to tell at the moment of leaving
 * @returns `leave` runs what it is given, having asked where something is unsaved; `settle` says that
 * nothing is any more (it was saved), for the code that leaves at once afterwards
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
        // It may stay mounted and be opened again.
        queueMicrotask(() => {
          isSettled.current = false;
        });
      }),
    settle: () => {
      isSettled.current = true;
    },
  };
}
