import { createContext, useContext } from 'react';
import type { ObjectDescription, RecordData } from '../object-description';
import type { Conflict, ConflictChoice } from './conflict';

export interface CreateOptions {
  /** Values the form starts with, references as `{id, name}`. */
  values?: Record<string, unknown>;
  /** Called with what was saved. Without it the app goes to the new record. */
  onSaved?: (record: RecordData) => void;
}

/** Opens the forms every page shares; drawers stack, so that a picker may create on the way. */
export interface RecordForms {
  openCreate(object: ObjectDescription, options?: CreateOptions): void;
  openEdit(object: ObjectDescription, record: RecordData): void;
  /** Asks which side wins, field by field; undefined where the person cancels. */
  decideConflict(
    object: ObjectDescription,
    conflict: Conflict,
  ): Promise<Record<string, ConflictChoice> | undefined>;
}

export const RecordFormContext = createContext<RecordForms | undefined>(undefined);

export function useRecordForm(): RecordForms {
  const forms = useContext(RecordFormContext);
  if (!forms) throw new Error('useRecordForm stands outside RecordFormProvider');
  return forms;
}
