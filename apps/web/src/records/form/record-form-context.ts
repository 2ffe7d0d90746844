import { createContext, useContext } from 'react';
import type { ObjectDescription, RecordData } from '../object-description';
import type { Conflict, ConflictChoice } from './conflict';

export interface CreateOptions {
  /** Initial values of the form; references as `{id, name}`. */
  values?: Record<string, unknown>;
  /** Called with the saved record. If left out, the app opens the new record. */
  onSaved?: (record: RecordData) => void;
}

/** Opens the forms shared by all pages. Drawers stack, so that a picker can create a record on the way. */
export interface RecordForms {
  openCreate(object: ObjectDescription, options?: CreateOptions): void;
  openEdit(object: ObjectDescription, record: RecordData): void;
  /** Asks which side wins, field by field. Undefined if the user cancels. */
  decideConflict(
    object: ObjectDescription,
    conflict: Conflict,
  ): Promise<Record<string, ConflictChoice> | undefined>;
}

export const RecordFormContext = createContext<RecordForms | undefined>(undefined);

/** The functions that open record forms. @throws Error outside of RecordFormProvider */
export function useRecordForm(): RecordForms {
  const forms = useContext(RecordFormContext);
  if (!forms) throw new Error('useRecordForm stands outside RecordFormProvider');
  return forms;
}
