/** What is asked about the assignment of a record, from its menu. */
import { useSyncExternalStore } from 'react';
import type { ObjectDescription, RecordData } from '@/records/object-description';

/** Let rules choose the owner, or tell why they did. */
export interface AssignmentQuestion {
  kind: 'assign' | 'reason';
  object: ObjectDescription;
  record: RecordData;
}

let open: AssignmentQuestion | undefined;
const listeners = new Set<() => void>();

function set(question: AssignmentQuestion | undefined): void {
  open = question;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Returns what asks a question about a record. */
export const askAssignment =
  (kind: AssignmentQuestion['kind']) => (object: ObjectDescription, record: RecordData) =>
    set({ kind, object, record });

export const closeAssignment = (): void => set(undefined);

/** The question that is open. */
export const useAssignmentQuestion = () => useSyncExternalStore(subscribe, () => open);
