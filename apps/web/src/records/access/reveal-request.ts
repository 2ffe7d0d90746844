/** The masked value that the user wants to reveal, from anywhere in the app. The dialog belongs to a feature. */
import { useSyncExternalStore } from 'react';
import type { FieldDescription, ObjectDescription, RecordData } from '../object-description';

export interface RevealRequest {
  object: ObjectDescription;
  record: RecordData;
  field: FieldDescription;
}

let asked: RevealRequest | undefined;
const listeners = new Set<() => void>();

/** Opens the dialog. Undefined closes it. */
export function askForReveal(request: RevealRequest | undefined): void {
  asked = request;
  for (const listener of listeners) listener();
}

/** The open request. Returns the same object while it is open. */
export function useRevealRequest(): RevealRequest | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}
