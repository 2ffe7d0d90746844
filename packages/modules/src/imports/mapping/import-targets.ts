import { isMatchable, tidyText } from '@pellucid/conditions';
import { isUuid } from '@pellucid/platform/context';
import {
  CellError,
  type FieldDescriptor,
  field,
  type LineCollection,
  type RecordDescriptor,
  PEOPLE,
  shownText,
} from '@pellucid/platform/records';

/** Fields for the original date and author of a record, if the file has them. */
export const PROVENANCE_FIELDS: readonly FieldDescriptor[] = [
  field.datetime('createdAt', 'Created at'),
  field.reference('createdBy', 'Created by', PEOPLE),
];

const ID_LENGTH = 36;

/** What the ID of a record is called, in files and in the options of imports. */
export const RECORD_ID_KEY = 'id';

/** The ID that a record has here: rows of an exported file find their records by it. It is matched by, and never written. */
export const RECORD_ID: FieldDescriptor = recordId();

function recordId(): FieldDescriptor {
  const id = field.text(RECORD_ID_KEY, 'Record ID', { maxLength: ID_LENGTH });
  const { norm: _, ...storage } = id.storage;
  return {
    ...id,
    storage: { ...storage, holding: (_alias, values) => holdingIds(values) },
    traits: {
      ...id.traits,
      cell: {
        read(text) {
          const read = tidyText(text).toLowerCase();
          if (!isUuid(read)) throw new CellError('notARecordId', { cell: shownText(text) });
          return read;
        },
        write: String,
        fit: ({ longest }) => (longest === ID_LENGTH ? 1 : 0),
      },
    },
  };
}

/** Finds records by their IDs. @param values placeholder of the IDs, as texts */
export function holdingIds(values: string) {
  return { join: '', where: `t.id = any(${values}::uuid[])`, value: 't.id::text' };
}

/** The member of a line by which one that is there already is recognised. */
const LINE_ID = 'id';

/** Returns the fields of an object and of its lines that a column may be mapped to. */
export function importTargets(descriptor: RecordDescriptor): FieldDescriptor[] {
  const fields = descriptor.fields.filter(isTarget);
  return [
    RECORD_ID,
    ...fields,
    ...PROVENANCE_FIELDS.filter((p) => !descriptor.byKey.has(p.key)),
    ...descriptor.lines.flatMap((lines) => [...lines.fields.filter(isTarget), lineIdOf(lines)]),
  ];
}

/** Whether a column can fill the field. */
export const isTarget = (f: FieldDescriptor) => f.importable;

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
  if (target.key === 'externalId' || target === RECORD_ID) return true;
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
