/** A masked value that somebody wants to see in clear, from anywhere in the app; the dialog stands in a feature. */
import { useSyncExternalStore } from 'react';
import type { FieldDescription, ObjectDescription, RecordData } from '../object-description';

export interface RevealRequest {
  object: ObjectDescription;
  record: RecordData;
  field: FieldDescription;
}

let asked: RevealRequest | undefined;
const listeners = new Set<() => void>();

/** Opens the dialog; undefined closes it. */
export function askForReveal(request: RevealRequest | undefined): void {
  asked = request;
  for (const listener of listeners) listener();
}

/** The request that is open, the same object as long as it is. */
export function useRevealRequest(): RevealRequest | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}
