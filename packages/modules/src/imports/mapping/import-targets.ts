import { isMatchable } from '@pellucid/conditions';
import {
  type FieldDescriptor,
  field,
  type LineCollection,
  type RecordDescriptor,
  PEOPLE,
} from '@pellucid/platform/records';

/** Fields for the original date and author of a record, if the file has them. */
export const PROVENANCE_FIELDS: readonly FieldDescriptor[] = [
  field.datetime('createdAt', 'Created at'),
  field.reference('createdBy', 'Created by', PEOPLE),
];

/** The member of a line by which one that is there already is recognised. */
const LINE_ID = 'id';

/** Returns the fields of an object and of its lines that a column may be mapped to. */
export function importTargets(descriptor: RecordDescriptor): FieldDescriptor[] {
  const fields = descriptor.fields.filter(isTarget);
  return [
    ...fields,
    ...PROVENANCE_FIELDS.filter((p) => !descriptor.byKey.has(p.key)),
    ...descriptor.lines.flatMap((lines) => [...lines.fields.filter(isTarget), lineIdOf(lines)]),
  ];
}

const isTarget = (f: FieldDescriptor) => f.importable && !f.readOnly;

function lineIdOf({ key, label }: LineCollection): FieldDescriptor {
  return {
    ...field.text(LINE_ID, 'Line ID'),
    key: `${key}.${LINE_ID}`,
    line: { collection: key, name: LINE_ID },
    section: label,
  };
}

/** Returns the target with the key, or undefined. */
export function importTarget(descriptor: RecordDescriptor, key: string): FieldDescriptor | undefined {
  return importTargets(descriptor).find((f) => f.key === key);
}

/** Returns the target's label; that of a line's field contains the label of the lines. */
export function targetLabel({ line, section, label }: FieldDescriptor): string {
  return line && section ? `${section} › ${label}` : label;
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

/** Whether rows can be matched with lines by the field. */
export function isLineMatchKey(target: FieldDescriptor): boolean {
  return target.line !== undefined && target.line.name !== LINE_ID && isMatchable(target.type);
}

/** Whether records can be looked up by the field. */
export function isLookupKey(target: FieldDescriptor): boolean {
  return target.storage.holding !== undefined && target.storage.norm !== undefined;
}
