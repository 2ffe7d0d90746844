import {
  collectionOf,
  contextLanguage,
  type FieldDescriptor,
  type LineCollection,
  type PresentedRecord,
  presentedValue,
  type RecordDescriptor,
} from '@pellucid/platform/records';

/** A column of an exported table. */
export interface ExportColumn {
  key: string;
  header: string;
  /** The field whose values it holds; none for what every record has besides its fields. */
  field?: FieldDescriptor;
  /** Key of the lines that it is a part of. */
  collection?: string;
  /** Whether its values are instants that are no field's. */
  isTime?: boolean;
  /** Returns the value in API form. @param line of the collection that the column is a part of */
  valueOf(record: PresentedRecord, line: { id: string } | undefined): unknown;
}

/** What every record has besides its fields, by key. Imports know these names. */
const SYSTEM: Readonly<Record<string, { en: string; de: string }>> = {
  id: { en: 'Record ID', de: 'Datensatz-ID' },
  createdAt: { en: 'Created at', de: 'Erstellt am' },
  createdBy: { en: 'Created by', de: 'Erstellt von' },
  updatedAt: { en: 'Updated at', de: 'Geändert am' },
  updatedBy: { en: 'Updated by', de: 'Geändert von' },
};

/** Whether the key names what every record has besides its fields. */
export const isSystem = (key: string): boolean => Object.hasOwn(SYSTEM, key);

/**
 * Returns the columns for the keys of fields, lines and what every record has. Keys that name nothing any more have an empty
 * column, so that the rows of a file keep their form.
 * @param headers by key of the column; made from the description if they are not given
 */
export function columnsOf(
  descriptor: RecordDescriptor,
  keys: string[],
  headers?: Readonly<Record<string, string>>,
): ExportColumn[] {
  const columns = keys.flatMap((key): ExportColumn[] => {
    const field = descriptor.byKey.get(key);
    if (field)
      return [{ key, header: field.label, field, valueOf: (record) => presentedValue(record, field) }];
    const lines = collectionOf(descriptor, key);
    if (lines) return lineColumns(lines);
    const isTime = key.endsWith('At') && isSystem(key);
    return [
      {
        key,
        header: SYSTEM[key]?.[contextLanguage()] ?? key,
        isTime,
        valueOf: (record) => (isSystem(key) ? record[key] : null),
      },
    ];
  });
  const counts = new Map<string, number>();
  for (const { header } of columns) counts.set(header, (counts.get(header) ?? 0) + 1);
  return columns.map((column) => ({
    ...column,
    header:
      headers?.[column.key] ??
      (counts.get(column.header)! > 1 ? `${column.header} (${column.key})` : column.header),
  }));
}

/** The ID of a line comes first: imports recognise the line by it. */
function lineColumns({ key, label, fields }: LineCollection): ExportColumn[] {
  const of = (name: string, header: string, field?: FieldDescriptor): ExportColumn => ({
    key: `${key}.${name}`,
    header: `${label} › ${header}`,
    collection: key,
    ...(field && { field }),
    valueOf: (_, line) => (line as Record<string, unknown> | undefined)?.[name],
  });
  return [of('id', 'ID'), ...fields.map((f) => of(f.line!.name, f.label, f))];
}

/** Returns the keys that an export has if it names none: everything that the caller sees. */
export function allKeys(descriptor: RecordDescriptor, isSeen: (key: string) => boolean): string[] {
  return [
    'id',
    ...[...descriptor.fields, ...descriptor.lines].map(({ key }) => key).filter(isSeen),
    'createdAt',
    'createdBy',
    'updatedAt',
    'updatedBy',
  ];
}
