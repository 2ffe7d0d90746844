import { isUuid } from '../../context/index.js';
import { type FieldProblem, pointer } from '../../errors/index.js';
import type { FieldDescriptor, LineCollection } from '../describe/index.js';
import { parseFieldValue } from './record-input.js';

/** A line as it was given: with the id of a line that is there already, or without one if it is new. */
export interface LineInput {
  id: string | undefined;
  /** What was given for fields, by name. Whether it is accepted depends on rights that only the record settles. */
  values: Map<string, GivenValue>;
}

/** A value as it was given, and what it means. */
export interface GivenValue {
  raw: unknown;
  parsed: { value: unknown } | { problem: FieldProblem };
}

/** Returns the pointer of a line, or of its field: `/lines/0/quantity`. */
export function linePointer({ key }: { key: string }, index: number, name?: string): string {
  return name === undefined ? pointer(key, index) : pointer(key, index, name);
}

/** Returns the problem of more lines than a record can have. */
export function tooManyLines({ key, label, max }: LineCollection): FieldProblem {
  return {
    pointer: pointer(key),
    code: 'tooMany',
    message: `"${label}" can have at most ${max} lines. Remove some.`,
  };
}

/** Parses a value of a line. @param index of the line among those given, for the pointer of a problem */
export function parseLineValue(
  collection: LineCollection,
  index: number,
  f: FieldDescriptor,
  value: unknown,
): GivenValue['parsed'] {
  const parsed = parseFieldValue(f, value);
  if (!('problem' in parsed)) return parsed;
  return { problem: { ...parsed.problem, pointer: linePointer(collection, index, f.line!.name) } };
}

/**
 * Parses the lines given for a record: all that it shall have, in order.
 * @returns the lines, and what makes the list as a whole unreadable
 */
export function parseLines(
  collection: LineCollection,
  given: unknown,
): { lines: LineInput[]; errors: FieldProblem[] } {
  const { key, label, byName } = collection;
  const errors: FieldProblem[] = [];
  const refuse = (at: string, code: string, message: string) => errors.push({ pointer: at, code, message });
  if (!Array.isArray(given)) {
    refuse(pointer(key), 'wrongType', `"${label}" must be a list. To remove all of them, send an empty one.`);
    return { lines: [], errors };
  }
  const ids = new Set<string>();
  const lines = given.map((line: unknown, i): LineInput => {
    const input: LineInput = { id: undefined, values: new Map() };
    if (line === null || typeof line !== 'object' || Array.isArray(line)) {
      refuse(linePointer(collection, i), 'wrongType', 'A line must be an object with its fields.');
      return input;
    }
    for (const [name, value] of Object.entries(line)) {
      const f = byName.get(name);
      if (f) input.values.set(name, { raw: value, parsed: parseLineValue(collection, i, f, value) });
      else if (name !== 'id')
        refuse(
          linePointer(collection, i, name),
          'unknownField',
          `"${name}" isn't a field of these lines. Remove it or correct its name.`,
        );
      else if (value === null || value === undefined) continue;
      else if (!isUuid(value))
        refuse(linePointer(collection, i, 'id'), 'wrongType', 'The ID of a line must be a UUID.');
      else if (ids.has(value.toLowerCase()))
        refuse(linePointer(collection, i, 'id'), 'givenTwice', 'The same line appears twice. Remove one.');
      else {
        input.id = value.toLowerCase();
        ids.add(input.id);
      }
    }
    return input;
  });
  return { lines, errors };
}
