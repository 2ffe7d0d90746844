import { isMatchable } from '@pellucid/conditions';
import { type FieldDescriptor, field, type RecordDescriptor, PEOPLE } from '@pellucid/platform/records';

/** Fields for the original date and author of a record, if the file has them. */
export const PROVENANCE_FIELDS: readonly FieldDescriptor[] = [
  field.datetime('createdAt', 'Created at'),
  field.reference('createdBy', 'Created by', PEOPLE),
];

/** Returns the fields of an object that a column may be mapped to. */
export function importTargets(descriptor: RecordDescriptor): FieldDescriptor[] {
  const fields = descriptor.fields.filter((f) => f.importable && !f.readOnly);
  return [...fields, ...PROVENANCE_FIELDS.filter((p) => !descriptor.byKey.has(p.key))];
}

/** Returns the target with the key, or undefined. */
export function importTarget(descriptor: RecordDescriptor, key: string): FieldDescriptor | undefined {
  return importTargets(descriptor).find((f) => f.key === key);
}

/** Whether records of the object can be imported at all. */
export function isImportable(descriptor: RecordDescriptor): boolean {
  return descriptor.operations.create || descriptor.operations.update;
}

/** Whether a field can be used to match rows with records. */
export function isMatchKey(target: FieldDescriptor): boolean {
  if (target.key === 'externalId') return true;
  return (
    target.filterable &&
    target.storage.holding !== undefined &&
    isMatchable(target.type) &&
    !PROVENANCE_FIELDS.includes(target)
  );
}

/** Whether records can be looked up by the field. */
export function isLookupKey(target: FieldDescriptor): boolean {
  return target.storage.holding !== undefined && target.storage.norm !== undefined;
}
