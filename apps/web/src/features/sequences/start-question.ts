/** For which records a sequence is to be started. The dialog opens from pages, lists and menus. */
import { useSyncExternalStore } from 'react';
import type { SelectionActionProps } from '@/app/feature.types';

let asked: SelectionActionProps | undefined;
const listeners = new Set<() => void>();

/** Opens the dialog for records, or closes it. */
export function askToStart(question: SelectionActionProps | undefined): void {
  asked = question;
  for (const listener of listeners) listener();
}

/** What the dialog was opened for. */
export function useStartQuestion(): SelectionActionProps | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}
