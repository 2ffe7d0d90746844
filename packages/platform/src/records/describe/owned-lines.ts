import type { Derivation, FieldDescriptor, PiiClass, RecordDescriptor } from './descriptor.js';
import { lineStorage } from './storage/line-storage.js';

/** One line of a record: its id, its place among the lines, and its values in API form by name. */
export interface OwnedLine {
  readonly id: string;
  /** Lines are in the order of their positions; gaps mean nothing. */
  readonly position: number;
  readonly [name: string]: unknown;
}

/**
 * Rows that a record owns, such as the product lines of a deal. They are part of the record: written in its version, kept
 * in its events, seen by whoever sees it. They have fields with rights of their own, and ids that last, but no page, owner
 * or history apart from the record's. See ADR 33.
 */
export interface LineCollection {
  /** Member of requests and responses, e.g. `lines`. Its right decides who sees the lines, and who adds, removes and moves them. */
  key: string;
  label: string;
  table: string;
  /** Column of the table with the id of the record that owns the line. */
  ownerColumn: string;
  /** Their keys contain the collection's: `lines.quantity`. */
  fields: FieldDescriptor[];
  /** The same by the name that they have in a line: `quantity`. */
  byName: ReadonlyMap<string, FieldDescriptor>;
  /** Most lines that a record can have. */
  max: number;
  pii: PiiClass;
  /** Fields of the record without which a reader sees no lines, since lines would tell them. */
  derivedFrom?: Derivation;
}

/** The part of a collection that a module provides. Fields are declared with their names. */
export type LineDefinition = Pick<LineCollection, 'key' | 'label' | 'table' | 'ownerColumn' | 'fields'> & {
  max?: number;
  /** Keys of fields of the record. */
  derivedFrom?: string[];
};

/** Members of a line that are no fields. */
const RESERVED = new Set(['id', 'position']);

/** Most lines of a collection that says nothing else. */
const MAX_LINES = 500;

/**
 * Describes lines that records of an object own. A field's `derivedFrom` names fields of the record, or of the same line with
 * the key of the lines: `lines.quantity`.
 * @throws Error for a field that lines cannot have
 */
export function defineLines(given: LineDefinition): LineCollection {
  const { key, table, ownerColumn, max = MAX_LINES, derivedFrom } = given;
  const isOfLine = (source: string) => source.startsWith(`${key}.`);
  const fields = given.fields.map((f): FieldDescriptor => {
    const refuse = (why: string) => {
      throw new Error(`${key}: a line can't have the field "${f.key}", ${why}`);
    };
    if (RESERVED.has(f.key) || f.key.includes('.')) refuse('since every line has a member of this name');
    const [column] = f.storage.columns;
    if (column === undefined) refuse('whose values are not in its own row');
    if (f.linksTo) refuse('which links to records of several objects');
    if (
      f.derivedFrom?.where ||
      f.derivedFrom?.from.some((source) => source.includes('.') && !isOfLine(source))
    )
      refuse('whose derivation depends on the record');
    const sources = f.derivedFrom?.from ?? [];
    return {
      ...f,
      key: `${key}.${f.key}`,
      line: { collection: key, name: f.key },
      section: given.label,
      // Texts of lines have no stored form that they could be compared by.
      filterable: f.filterable && f.traits.family !== 'text',
      // Sorts look at records, not at their lines.
      sortable: false,
      searchable: false,
      storage: lineStorage(table, ownerColumn, column!),
      ...(f.derivedFrom
        ? {
            derivedFrom: {
              from: sources.filter((source) => !isOfLine(source)),
              lines: sources.filter(isOfLine),
            },
          }
        : {}),
    };
  });
  return {
    key,
    label: given.label,
    table,
    ownerColumn,
    fields,
    byName: new Map(fields.map((f) => [f.line!.name, f])),
    max,
    pii: 'internal',
    ...(derivedFrom ? { derivedFrom: { from: derivedFrom } } : {}),
  };
}

/** Returns the fields of the object's lines. */
export function lineFieldsOf(descriptor: RecordDescriptor): FieldDescriptor[] {
  return descriptor.lines.flatMap((lines) => lines.fields);
}

/** Returns the object's fields and those of its lines. */
export function allFieldsOf(descriptor: RecordDescriptor): FieldDescriptor[] {
  return descriptor.lines.length ? [...descriptor.fields, ...lineFieldsOf(descriptor)] : descriptor.fields;
}

/** Returns the field with the key, of the object or of its lines. */
export function fieldOf(descriptor: RecordDescriptor, key: string): FieldDescriptor | undefined {
  const own = descriptor.byKey.get(key);
  if (own || !descriptor.lines.length) return own;
  const [collection, name, ...rest] = key.split('.');
  return name === undefined || rest.length
    ? undefined
    : collectionOf(descriptor, collection!)?.byName.get(name);
}

/** Returns the collection with the key. */
export function collectionOf(descriptor: RecordDescriptor, key: string): LineCollection | undefined {
  return descriptor.lines.find((lines) => lines.key === key);
}

/** Returns what rights know by the key: a field, a field of lines, or lines as a whole. */
export function partOf(
  descriptor: RecordDescriptor,
  key: string,
): FieldDescriptor | LineCollection | undefined {
  return fieldOf(descriptor, key) ?? collectionOf(descriptor, key);
}

/** Returns the description with every field, those of lines too, replaced by what the function returns. */
export function withFields(
  descriptor: RecordDescriptor,
  change: (field: FieldDescriptor) => FieldDescriptor,
): RecordDescriptor {
  const fields = descriptor.fields.map(change);
  const lines = descriptor.lines.map((collection): LineCollection => {
    const own = collection.fields.map(change);
    return { ...collection, fields: own, byName: new Map(own.map((f) => [f.line!.name, f])) };
  });
  return { ...descriptor, fields, byKey: new Map(fields.map((f) => [f.key, f])), lines };
}

/** Returns the lines that a record's values contain. */
export function linesIn(state: Readonly<Record<string, unknown>>, collection: { key: string }): OwnedLine[] {
  return (state[collection.key] as OwnedLine[] | null | undefined) ?? [];
}

/** Distance between the positions of lines that are added one after the other. */
const GAP = 1024;

/**
 * Returns lines with positions in their order. A line keeps its position if it can, so that adding or moving one changes no
 * other. Only where no position is left between two lines do all get new ones.
 * @param lines in order; a new one has no position
 */
export function inOrder(
  lines: readonly (Omit<OwnedLine, 'position'> & { position?: number })[],
): OwnedLine[] {
  const stays = lasting(lines.map((line) => line.position));
  const places: number[] = [];
  for (let from = 0; from < lines.length; ) {
    if (stays.has(from)) {
      places.push(lines[from++]!.position!);
      continue;
    }
    let to = from;
    while (to < lines.length && !stays.has(to)) to++;
    const steps = to - from + 1;
    const after = to < lines.length ? lines[to]!.position! : undefined;
    const before = places.at(-1) ?? (after === undefined ? -GAP : after - steps * GAP);
    const step = after === undefined ? GAP : (after - before) / steps;
    for (let n = 1; from < to; from++, n++) places.push(before + Math.floor(step * n));
  }
  const isTight = places.some((place, i) => place <= (places[i - 1] ?? -Infinity));
  return lines.map((line, i): OwnedLine => {
    const position = isTight ? i * GAP : places[i]!;
    return position === line.position ? (line as OwnedLine) : ({ ...line, position } as OwnedLine);
  });
}

/** Returns the indexes of a longest ascending run of positions: moving one line then changes that line only. */
function lasting(positions: readonly (number | undefined)[]): Set<number> {
  /** For each length of a run, the index at which the run with the lowest last position ends. */
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  for (const [i, position] of positions.entries()) {
    if (position === undefined) continue;
    let length = ends.findIndex((end) => positions[end]! >= position);
    if (length < 0) length = ends.length;
    before[i] = ends[length - 1];
    ends[length] = i;
  }
  const stays = new Set<number>();
  for (let i = ends.at(-1); i !== undefined; i = before[i]) stays.add(i);
  return stays;
}
