import { type LineCollection, type OwnedLine, sameValue } from '../describe/index.js';
import type { FieldChange } from './event-log.js';

/**
 * How the log keeps changes of lines. Each field of lines has a change of its own under its key (`lines.quantity`), and the
 * lines as a whole have one with their places (`lines`). Both sides of a change are objects by line id, with the lines that
 * changed in this respect only. So rights, encryption and erasure treat a field of lines like any other field.
 */

/** Values of one field of lines, or their places, by line id. */
export type LineValues = Record<string, unknown>;

/** Returns the changes that lead from lines to others, by key. */
export function lineChanges(
  { key, fields }: LineCollection,
  before: readonly OwnedLine[],
  after: readonly OwnedLine[],
): Record<string, { before: LineValues; after: LineValues }> {
  const earlier = new Map(before.map((line) => [line.id, line]));
  const later = new Map(after.map((line) => [line.id, line]));
  const ids = new Set([...earlier.keys(), ...later.keys()]);
  const changes: Record<string, { before: LineValues; after: LineValues }> = {};
  const compare = (under: string, name: string) => {
    const change = { before: {} as LineValues, after: {} as LineValues };
    for (const id of ids) {
      const [was, is] = [earlier.get(id)?.[name] ?? null, later.get(id)?.[name] ?? null];
      if (sameValue(was, is)) continue;
      if (earlier.has(id)) change.before[id] = was;
      if (later.has(id)) change.after[id] = is;
    }
    if (Object.keys(change.before).length || Object.keys(change.after).length) changes[under] = change;
  };
  compare(key, 'position');
  for (const f of fields) compare(f.key, f.line!.name);
  return changes;
}

/** Values of lines by key, as they are at a point of the log. */
export type LineTable = Map<string, LineValues>;

/** Returns lines as a table that changes can be applied to. */
export function tableOf({ key, fields }: LineCollection, lines: readonly OwnedLine[]): LineTable {
  const column = (name: string) => Object.fromEntries(lines.map((line) => [line.id, line[name] ?? null]));
  return new Map([
    [key, column('position')],
    ...fields.map((f): [string, LineValues] => [f.key, column(f.line!.name)]),
  ]);
}

/** Applies a change to a table, or takes it back. */
export function applyChange(
  table: LineTable,
  key: string,
  change: FieldChange,
  direction: 'forward' | 'back' = 'forward',
): void {
  const [from, to] = direction === 'forward' ? [change.before, change.after] : [change.after, change.before];
  const values = { ...table.get(key) };
  for (const id of Object.keys((from ?? {}) as LineValues)) delete values[id];
  table.set(key, { ...values, ...((to ?? {}) as LineValues) });
}

/** Returns the lines of a table, in order. */
export function linesOfTable({ key, fields }: LineCollection, table: LineTable): OwnedLine[] {
  return Object.entries(table.get(key) ?? {})
    .map(
      ([id, position]): OwnedLine => ({
        id,
        position: position as number,
        ...Object.fromEntries(fields.map((f) => [f.line!.name, table.get(f.key)?.[id] ?? null])),
      }),
    )
    .sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1));
}

/** Returns the lines that a change concerns. */
export function linesNamedBy(change: FieldChange): string[] {
  return [
    ...new Set([change.before, change.after].flatMap((side) => Object.keys((side ?? {}) as LineValues))),
  ];
}
