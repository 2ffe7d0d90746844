import type { FieldProblem } from '../../errors/index.js';
import {
  emptyOf,
  inOrder,
  type LineCollection,
  newId,
  type OwnedLine,
  sameValue,
} from '../describe/index.js';
import { linePointer, parseLineValue, tooManyLines } from './line-input.js';
import type { ValueOrigin } from './value-origin.js';

/** One line of a row on its way through the phases of a write, as participants see it. */
export interface RowLine {
  readonly id: string;
  /** The line before the write; null if it is new. */
  readonly before: OwnedLine | null;
  /** Its value after the write. */
  get(name: string): unknown;
  /** Whether its value differs from before; every value of a new line that is not empty does. */
  changed(name: string): boolean;
  /** Whether the caller gave a value for the field of this line. */
  isAsked(name: string): boolean;
  /** Sets its value, like {@link WriteRow.set}. */
  set(name: string, value: unknown, origin: ValueOrigin): void;
  /** Refuses the row because of the line's field. */
  refuse(name: string, code: string, message: string, params?: Record<string, unknown>): void;
}

/** A line that a participant puts in place: one that is there already, by its id, or a new one. */
export interface LineWish {
  id?: string;
  values?: Record<string, unknown>;
}

/** What lines need to know of their row. */
export interface LineOwner {
  readonly before: OwnedLine[];
  readonly after: OwnedLine[];
  /** Puts changed lines in place, and notes where a field's value comes from. */
  put(lines: OwnedLine[], noted: { key: string; id: string }[], origin: ValueOrigin): void;
  /** Throws unless values of this origin are set in the present phase. */
  check(key: string, origin: ValueOrigin): void;
  isAsked(id: string, name: string): boolean;
  refuse(problem: FieldProblem): void;
}

/** Returns the handles of a row's lines, in order. */
export function rowLines(collection: LineCollection, owner: LineOwner): RowLine[] {
  const earlier = new Map(owner.before.map((line) => [line.id, line]));
  return owner.after.map(({ id }): RowLine => {
    const before = earlier.get(id) ?? null;
    const index = () => owner.after.findIndex((line) => line.id === id);
    const now = () => owner.after[index()];
    const fieldOf = (name: string) => {
      const f = collection.byName.get(name);
      if (!f) throw new Error(`"${collection.key}" have no field "${name}"`);
      return f;
    };
    return {
      id,
      before,
      get: (name) => now()?.[name] ?? emptyOf(fieldOf(name)),
      changed: (name) => !sameValue(before?.[name] ?? null, now()?.[name] ?? null),
      isAsked: (name) => owner.isAsked(id, name),
      set(name, value, origin) {
        const f = fieldOf(name);
        owner.check(f.key, origin);
        const line = now();
        if (!line || line[name] === value) return;
        const parsed = parseLineValue(collection, index(), f, value);
        if ('problem' in parsed) {
          owner.refuse(parsed.problem);
          return;
        }
        if (sameValue(line[name] ?? null, parsed.value ?? null)) return;
        const changed = { ...line, [name]: parsed.value } as OwnedLine;
        owner.put(
          owner.after.map((other) => (other.id === id ? changed : other)),
          [{ key: f.key, id }],
          origin,
        );
      },
      refuse: (name, code, message, params) =>
        owner.refuse({
          pointer: linePointer(collection, index(), name),
          code,
          message,
          ...(params ? { params } : {}),
        }),
    };
  });
}

/** Replaces a row's lines by those that a participant wants, in order. */
export function replaceLines(
  collection: LineCollection,
  owner: LineOwner,
  wishes: LineWish[],
  origin: ValueOrigin,
): void {
  owner.check(collection.key, origin);
  if (wishes.length > collection.max) {
    owner.refuse(tooManyLines(collection));
    return;
  }
  const known = new Map(owner.after.map((line) => [line.id, line]));
  const noted: { key: string; id: string }[] = [];
  const lines = wishes.map(({ id, values = {} }, i) => {
    const line: Record<string, unknown> & { id: string } = {
      ...((id !== undefined && known.get(id)) || blankLine(collection, id)),
    };
    if (!known.has(line.id)) noted.push({ key: collection.key, id: line.id });
    for (const [name, value] of Object.entries(values)) {
      const f = collection.byName.get(name);
      if (!f) throw new Error(`"${collection.key}" have no field "${name}"`);
      const parsed = parseLineValue(collection, i, f, value);
      if ('problem' in parsed) owner.refuse(parsed.problem);
      else if (!sameValue(line[name] ?? null, parsed.value ?? null)) {
        line[name] = parsed.value;
        noted.push({ key: f.key, id: line.id });
      }
    }
    return line;
  });
  const staying = new Set(lines.map(({ id }) => id));
  for (const { id } of owner.after) if (!staying.has(id)) noted.push({ key: collection.key, id });
  const placed = inOrder(lines);
  if (!sameValue(placed, owner.after)) owner.put(placed, noted, origin);
}

/** Returns a line without values. */
export function blankLine(
  { fields }: LineCollection,
  id = newId(),
): Record<string, unknown> & { id: string } {
  return { id, ...Object.fromEntries(fields.map((f) => [f.line!.name, emptyOf(f)])) };
}
