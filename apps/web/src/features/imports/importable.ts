/** What is asked before the wizard loads: whether an object can be imported at all. */
import {
  type FieldDescription,
  mayCreate,
  mayUpdate,
  type ObjectDescription,
} from '@/records/object-description';

/** Whether the user may import records of the object: by their rights, and because it has fields to fill. */
export function isImportable(object: ObjectDescription): boolean {
  const mayImport = object.permissions?.['import'] !== false;
  return mayImport && (mayCreate(object) || mayUpdate(object)) && object.fields.some(isTarget);
}

/** Whether a column may fill the field. */
export function isTarget(field: FieldDescription): boolean {
  return field.importable ?? !field.readOnly;
}
