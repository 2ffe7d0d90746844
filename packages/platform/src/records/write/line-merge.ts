import { type FieldProblem, pointer } from '../../errors/index.js';
import { type FieldRules, visibilityIn } from '../decide/index.js';
import {
  defaultsFor,
  type FieldDescriptor,
  inOrder,
  type LineCollection,
  linesIn,
  type OwnedLine,
  sameValue,
  targetsIn,
} from '../describe/index.js';
import { currencyOf, presentLoose } from '../read/index.js';
import { type GivenValue, type LineInput, linePointer, tooManyLines } from './line-input.js';
import { blankLine } from './row-lines.js';
import type { WriteAttempt } from './write-attempt.js';
import { shownRules } from './write-rights.js';
import type { WriteRow } from './write-row.js';

/** A value of a line that two people changed differently, or that one changed in a line that the other removed. */
export interface LineConflict {
  line: string;
  field: FieldDescriptor;
  current: unknown;
  yours: unknown;
  original: unknown;
  /** Who removed the line, if somebody did. */
  removedBy?: 'current' | 'yours';
}

/** What the merge of one row's lines works with. */
interface LineMerge {
  attempt: WriteAttempt;
  row: WriteRow;
  collection: LineCollection;
  /** What the caller may write, and what they are shown of the record as it was. */
  rules: FieldRules;
  shown: FieldRules;
  /** Lines by id: as they are, and as they were in the version that the change was made on. */
  current: ReadonlyMap<string, OwnedLine>;
  original: ReadonlyMap<string, OwnedLine>;
  /** Whether that version is an older one. */
  isStale: boolean;
  conflicts: LineConflict[];
  asked: { line: string; name: string }[];
}

/**
 * Lays the lines that were given over those that are there, and judges the caller's rights to do so. What others did since
 * the version that the change was made on stays: their lines, their changes of other values, their order. A value that both
 * sides changed differently is a conflict.
 * @param base the lines in that version, if it is an older one
 * @returns the conflicts; problems are on the row
 */
export function layLines(
  attempt: WriteAttempt,
  row: WriteRow,
  collection: LineCollection,
  base?: OwnedLine[],
): LineConflict[] {
  const given = row.givenLines.get(collection.key);
  if (!given) return [];
  const current = linesIn(row.before?.state ?? {}, collection);
  const earlier = base ?? current;
  const { batch, tools, access } = attempt;
  const rules = row.before ? access.rulesFor(row.before.bits) : access.rulesFor(-1);
  const shown = row.before && batch.asks !== 'product' ? shownRules(tools.access, batch, row.before) : rules;
  const merge: LineMerge = {
    attempt,
    row,
    collection,
    rules,
    shown,
    current: new Map(current.map((line) => [line.id, line])),
    original: new Map(earlier.map((line) => [line.id, line])),
    isStale: base !== undefined,
    conflicts: [],
    asked: [],
  };
  // Whoever does not see the lines must not learn by trying which there are.
  if (row.before && shown.read(collection.key) === 'hidden') {
    row.errors.push(linesNotWritable(collection));
    return [];
  }
  // Lines that come back from an earlier version or with what they refer to may be more, and then get fewer one by one.
  const isTooMany = (count: number) =>
    count > collection.max && count > current.length && !attempt.options.keepsLineIds;
  if (isTooMany(given.length)) {
    row.errors.push(tooManyLines(collection));
    return [];
  }
  const mine = given.flatMap((input, i) => mergedLine(merge, input, i) ?? []);
  noteRemoved(merge, new Set(given.map(({ id }) => id)));
  const lines = inOrder(arranged(merge, mine, earlier, current));
  const ids = (some: readonly { id: string }[]) => some.map(({ id }) => id);
  if (!sameValue(ids(current), ids(lines)) && !rules.canWrite(collection.key))
    row.errors.push(linesNotWritable(collection));
  // The lines that others added count too.
  if (isTooMany(lines.length)) row.errors.push(tooManyLines(collection));
  row.lay(collection, lines, merge.asked);
  return merge.conflicts;
}

/** Returns a line as it will be; undefined if it is gone. */
function mergedLine(merge: LineMerge, input: LineInput, index: number): OwnedLine | undefined {
  const { attempt, row, collection } = merge;
  const { id, values } = input;
  const current = id === undefined ? undefined : merge.current.get(id);
  const original = id === undefined ? undefined : merge.original.get(id);
  if (id !== undefined && !current && original) {
    noteGone(merge, original, input, index);
    return undefined;
  }
  if (id !== undefined && !current && !attempt.options.keepsLineIds) {
    row.errors.push({
      pointer: linePointer(collection, index, 'id'),
      code: 'lineMissing',
      message: "This line doesn't exist any more. To add it again, leave out its ID.",
    });
    return undefined;
  }
  const line: Record<string, unknown> & { id: string } = current ? { ...current } : newLine(merge, id);
  for (const [name, value] of values)
    takeValue(merge, { line, current, original, index }, collection.byName.get(name)!, value);
  return line as unknown as OwnedLine;
}

/** Returns a new line with the defaults of its fields. */
function newLine(
  { attempt, collection }: LineMerge,
  id: string | undefined,
): Record<string, unknown> & { id: string } {
  const line = blankLine(collection, id);
  const defaults = defaultsFor(attempt.batch.snapshot, attempt.batch.now);
  for (const f of collection.fields) if (f.default) line[f.line!.name] = f.default(defaults) ?? null;
  return line;
}

/** A given value's line: as it is being merged, as it is, as it was in the version that the change was made on. */
interface Place {
  line: Record<string, unknown> & { id: string };
  current: OwnedLine | undefined;
  original: OwnedLine | undefined;
  index: number;
}

/** Takes over a value if the caller may set it. */
function takeValue(merge: LineMerge, place: Place, f: FieldDescriptor, given: GivenValue): void {
  const { row, shown } = merge;
  const { line, current, original, index } = place;
  const { name } = f.line!;
  const value = settable(merge, { index, known: [current, original] }, f, given);
  if (value === undefined) return;
  const isSeen = !row.before || visibilityIn(row.before, shown, f.key) === 'clear';
  const isChanged = current && original && !sameValue(current[name] ?? null, original[name] ?? null);
  // Somebody else changed it: a value that the caller only sends back as they read it is no change.
  if (isChanged && isSeen && sameValue(value, original[name] ?? null)) return;
  // Only those who see the value may learn whether somebody else changed it, and whether to the same one.
  const clashes = isSeen ? isChanged && !sameValue(value, current[name] ?? null) : current && merge.isStale;
  if (clashes)
    merge.conflicts.push({
      line: line.id,
      field: f,
      current: current![name],
      yours: value,
      original: original?.[name],
    });
  checkReferences(merge, place, f, value);
  line[name] = value;
  merge.asked.push({ line: line.id, name });
  // An unchanged version would confirm that they guessed the value.
  if (current && !isSeen) row.touch = true;
}

/**
 * Returns a given value if the caller may set it. What repeats what they were shown of the line changes nothing; anything else
 * is refused, whatever the line's value is.
 * @param known the line as it is, and as it was
 * @returns undefined if there is nothing to set
 */
function settable(
  merge: LineMerge,
  { index, known }: { index: number; known: (OwnedLine | undefined)[] },
  f: FieldDescriptor,
  given: GivenValue,
): unknown {
  const { attempt, row, collection, rules } = merge;
  const refuse = (code: string, message: string) => {
    row.errors.push({ pointer: linePointer(collection, index, f.line!.name), code, message });
    return undefined;
  };
  const isReadOnly = f.readOnly && !attempt.options.opensReadOnly;
  if (isReadOnly || !rules.canWrite(f.key)) {
    if (known.some((line) => line && isShownAs(merge, f, line, given))) return undefined;
    return isReadOnly
      ? refuse('readOnlyField', `"${f.label}" is set by Pellucid. Leave it out.`)
      : refuse('fieldNotWritable', `Your roles don't let you change "${f.label}". Leave it out.`);
  }
  if ('value' in given.parsed) return given.parsed.value ?? null;
  row.errors.push(given.parsed.problem);
  return undefined;
}

/** Whether a given value repeats what the caller is shown of a line. */
function isShownAs(
  { attempt, row, shown }: LineMerge,
  f: FieldDescriptor,
  line: OwnedLine,
  given: GivenValue,
): boolean {
  const value = line[f.line!.name] ?? null;
  const visibility = row.before ? visibilityIn(row.before, shown, f.key) : 'hidden';
  if (visibility === 'clear') return 'value' in given.parsed && sameValue(given.parsed.value, value);
  const currency = currencyOf(f, row.before?.state ?? {}, attempt.batch.snapshot.settings.baseCurrency);
  return visibility === 'mask' && sameValue(given.raw, presentLoose(f, value, shown, currency));
}

/** Refuses references to records that are missing, or that the caller does not see unless they repeat what they are shown. */
function checkReferences(
  merge: LineMerge,
  { current, index }: Place,
  f: FieldDescriptor,
  value: unknown,
): void {
  const { attempt, row, collection, shown } = merge;
  const isKnown = current && row.before && visibilityIn(row.before, shown, f.key) === 'clear';
  const earlier =
    isKnown || attempt.batch.asks === 'product'
      ? targetsIn(f, current?.[f.line!.name]).map(({ id }) => id)
      : [];
  for (const { object, id } of targetsIn(f, value)) {
    if (attempt.found.get(object)?.get(id)?.seen || earlier.includes(id)) continue;
    row.errors.push({
      pointer: linePointer(collection, index, f.line!.name),
      code: 'referenceMissing',
      message: `"${f.label}": this record doesn't exist. It may have been deleted.`,
    });
  }
}

/** Notes conflicts about what the caller changed in a line that somebody else removed. */
function noteGone(merge: LineMerge, original: OwnedLine, { values }: LineInput, index: number): void {
  const { row, collection, shown, conflicts } = merge;
  for (const [name, given] of values) {
    const field = collection.byName.get(name)!;
    const yours = settable(merge, { index, known: [original] }, field, given);
    if (yours === undefined) continue;
    const known = original[name] ?? null;
    if (visibilityIn(row.before!, shown, field.key) !== 'hidden' && sameValue(yours, known)) continue;
    conflicts.push({
      line: original.id,
      field,
      current: null,
      yours,
      original: known,
      removedBy: 'current',
    });
  }
}

/** Notes conflicts about what somebody else changed in lines that the caller removes, as far as they see it. */
function noteRemoved(merge: LineMerge, given: Set<string | undefined>): void {
  const { row, collection, shown, conflicts } = merge;
  for (const [id, original] of merge.original) {
    const current = merge.current.get(id);
    if (given.has(id) || !current) continue;
    for (const field of collection.fields) {
      // What follows from other values is nobody's change.
      if (field.readOnly) continue;
      const { name } = field.line!;
      const [was, is] = [original[name] ?? null, current[name] ?? null];
      if (sameValue(was, is) || visibilityIn(row.before!, shown, field.key) !== 'clear') continue;
      conflicts.push({ line: id, field, current: is, yours: null, original: was, removedBy: 'yours' });
    }
  }
}

/** Returns the lines in order: the caller's, unless only others moved lines; lines that others added stay where they are. */
function arranged(
  { original }: LineMerge,
  mine: OwnedLine[],
  base: OwnedLine[],
  current: OwnedLine[],
): (Omit<OwnedLine, 'position'> & { position?: number })[] {
  const byId = new Map(mine.map((line) => [line.id, line]));
  const theirs = current.filter((line) => !original.has(line.id) && !byId.has(line.id));
  const shared = (some: OwnedLine[]) =>
    some.filter(({ id }) => original.has(id) && byId.has(id)).map(({ id }) => id);
  if (sameValue(shared(mine), shared(base)) && !sameValue(shared(base), shared(current))) {
    const kept = current.flatMap((line) => byId.get(line.id) ?? (original.has(line.id) ? [] : [line]));
    return insertAfter(kept, mine);
  }
  return insertAfter(mine, current, new Set(theirs.map(({ id }) => id)));
}

/** Adds the lines of another order that a list lacks, each after the line that it follows there. */
function insertAfter(list: OwnedLine[], other: OwnedLine[], only?: Set<string>): OwnedLine[] {
  const result = [...list];
  for (const [i, line] of other.entries()) {
    if (result.some(({ id }) => id === line.id) || (only && !only.has(line.id))) continue;
    const at = other
      .slice(0, i)
      .map(({ id }) => result.findIndex((there) => there.id === id))
      .findLast((place) => place >= 0);
    result.splice((at ?? -1) + 1, 0, line);
  }
  return result;
}

/** Returns the problem of lines that the caller may not add, remove or move. */
function linesNotWritable({ key, label }: LineCollection): FieldProblem {
  return {
    pointer: pointer(key),
    code: 'fieldNotWritable',
    message: `Your roles don't let you add, remove or move "${label}". Leave them out.`,
  };
}
