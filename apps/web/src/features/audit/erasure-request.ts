/**
 * The record from which the user wants to erase a person: requested in a menu, confirmed in a dialog above the page.
 */
import { useSyncExternalStore } from 'react';
import type { ObjectDescription, RecordData } from '@/records/object-description';

interface ErasureRequest {
  object: ObjectDescription;
  record: RecordData;
}

let asked: ErasureRequest | undefined;
const listeners = new Set<() => void>();

/** Opens the dialog. Undefined closes it. */
export function askForErasure(request: ErasureRequest | undefined): void {
  asked = request;
  for (const listener of listeners) listener();
}

export function useErasureRequest(): ErasureRequest | undefined {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
}
