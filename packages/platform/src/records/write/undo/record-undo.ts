import {
  emptyOf,
  fieldOf,
  type FieldDescriptor,
  identityOf,
  linesIn,
  loggedValue,
  type RecordDescriptor,
  type RecordState,
  sameValue,
} from '../../describe/index.js';
import {
  type FieldRules,
  type FilterContext,
  isDerivedIn,
  isToldByRecord,
  visibilityIn,
} from '../../decide/index.js';
import type { LoadedRecord } from '../../read/index.js';
import type { CauseHistoryRow, FieldChange } from '../../remember/index.js';
import { undoneLines } from './undone-lines.js';
import { type PastChange, undoneValue } from './undone-values.js';

/** What an event did to its record. */
type Step = 'create' | 'update' | 'delete' | 'restore';

/** An event of a record's history, opened. */
export interface HistoryStep {
  id: string;
  mine: boolean;
  step: Step;
  changes: Record<string, FieldChange>;
  /** Keys of the fields whose values were erased from it. */
  erased: string[];
  /** Keys of all fields that it changed. */
  fields: string[];
  isSystem: boolean;
  /** Id of what caused it. */
  causeId: string | null;
  /** Whether this very undo wrote it, or the product along with it. */
  isOurs: boolean;
}

/** Something that undoing leaves as it is, because it is not the cause's any more or can't be read. */
export interface UndoConflict {
  /** Key of the field; undefined if it concerns the record. */
  field?: string;
  code: 'changedSince' | 'erased';
}

/** The change that undoes what a cause did to a record's values. */
export interface UndoneRecord {
  /** Values that the caller asks to set, by field key. */
  values: RecordState;
  /** Values that the product sets along with them. */
  derived: RecordState;
  /** Lines as they will be, by the key of their collection. */
  lines: RecordState;
  conflicts: UndoConflict[];
}

/** What a caller sees of a record and how it stands now. */
export interface SeenState {
  context: FilterContext;
  record: LoadedRecord;
  rules: FieldRules;
}

/** Returns what an event did to its record. @param changes everything that can be read of it */
export function stepOf(
  { verb, record_version: version }: Pick<CauseHistoryRow, 'verb' | 'record_version'>,
  changes: Record<string, FieldChange>,
): Step {
  if (version === 1) return 'create';
  const all = Object.values(changes);
  const has = (side: 'before' | 'after') => all.some((change) => side in change);
  if (verb === 'deleted' || (all.length > 0 && !has('after'))) return 'delete';
  if (verb === 'restored' || (all.length > 0 && !has('before'))) return 'restore';
  return 'update';
}

/** How a cause left the existence of a record, and how it found it. */
export function existenceOf(steps: readonly HistoryStep[]): {
  before: 'none' | 'living' | 'deleted';
  after: 'living' | 'deleted';
} {
  const mine = steps.filter((step) => step.mine);
  const first = mine[0]!.step;
  return {
    before: first === 'create' ? 'none' : first === 'restore' ? 'deleted' : 'living',
    after: mine.at(-1)!.step === 'delete' ? 'deleted' : 'living',
  };
}

/**
 * Returns the change that takes back what a cause did to the values of a living record. Fields that the caller does not see
 * in clear are no part of it, so that nothing depends on them; what the product derived goes back with the rest.
 */
export function undoneRecord(steps: readonly HistoryStep[], seen: SeenState): UndoneRecord {
  const { context, record, rules } = seen;
  const { descriptor } = context;
  const updates = steps.filter(({ step }) => step === 'update');
  const mine = updates.filter((step) => step.mine);
  const isTold = (key: string) => visibilityIn(record, rules, key) === 'clear';
  const undone: UndoneRecord = { values: {}, derived: {}, lines: {}, conflicts: [] };
  const erased = new Set(mine.flatMap((step) => step.erased));
  const product: { f: FieldDescriptor; value: unknown }[] = [];
  /** Asked fields that stay as they are. */
  const kept = new Set<string>();
  const keys = new Set(mine.flatMap((step) => Object.keys(step.changes)));
  for (const key of new Set([...keys, ...erased])) {
    const f = descriptor.byKey.get(key);
    if (!f) continue;
    // What somebody does not see stays whatever it is by now: what the product derived would tell if it followed.
    if (!isTold(key) && !f.readOnly && !isProductOnly(mine, key)) {
      kept.add(key);
      continue;
    }
    const change = erased.has(key)
      ? ({ is: 'erased' } as const)
      : undoneValue(pastOf(updates, f), currentOf(record, f, descriptor, updates), (one) =>
          identityOf(f, one),
        );
    if (change.is === 'nothing') continue;
    const isProduct =
      f.readOnly ||
      (change.is === 'undone' ? change.isProduct : change.is === 'conflict' && isProductOnly(mine, f.key));
    if (change.is !== 'undone') {
      if (!isProduct) kept.add(key);
      if (!isProduct)
        undone.conflicts.push({ field: key, code: change.is === 'erased' ? 'erased' : 'changedSince' });
      continue;
    }
    if (isProduct) product.push({ f, value: change.value });
    else undone.values[key] = change.value ?? emptyOf(f);
    const mark = f.derivedFrom?.where;
    if (mark !== undefined && change.wasDerived !== undefined && !kept.has(key))
      undone.derived[mark] = change.wasDerived;
  }
  for (const collection of descriptor.lines) {
    const parts = [collection.key, ...collection.fields.map((f) => f.key)];
    const some = updates.filter(({ changes }) => parts.some((key) => key in changes));
    if (!some.some((step) => step.mine)) continue;
    for (const key of isTold(collection.key) ? parts.filter((part) => !isTold(part)) : parts) kept.add(key);
    if (!isTold(collection.key)) continue;
    const lines = undoneLines(collection, record.state, some, isTold);
    if (lines.given) {
      undone.values[collection.key] = lines.given;
      undone.lines[collection.key] = lines.after;
    }
    for (const field of lines.conflicts) undone.conflicts.push({ field, code: 'changedSince' });
  }
  for (const { f, value } of product) {
    const sources = f.derivedFrom?.from;
    const isStale = sources ? sources.some((key) => kept.has(key)) : kept.size > 0;
    if (!isStale) undone.derived[f.key] = value ?? emptyOf(f);
  }
  return undone;
}

/**
 * Returns the fields in which a record is no longer as its creation or restoration left it. Where the caller does not see every
 * field, any change by others counts, whatever it was.
 */
export function changedSinceMade(steps: readonly HistoryStep[], seen: SeenState): UndoConflict[] {
  const { context, record, rules } = seen;
  const { descriptor } = context;
  // What the cause itself has changed since goes back along.
  const own = undoneRecord(steps, seen);
  const state = { ...record.state, ...own.derived, ...own.values, ...own.lines };
  const at = steps.findLastIndex(({ mine, step }) => mine && (step === 'create' || step === 'restore'));
  const made = steps[at]!;
  const since = steps.slice(at + 1).filter(({ step }) => step === 'update');
  if (made.erased.length || since.some((step) => step.erased.length)) return [{ code: 'erased' }];
  if (!since.length) return [];
  const others = since.filter((step) => !step.mine && !step.isOurs);
  const isTold = (key: string) => visibilityIn(record, rules, key) === 'clear';
  const isWrittenByOthers = (key: string) => others.some(({ fields }) => fields.includes(key));
  const changed: UndoConflict[] = [];
  const isAllTold = [...descriptor.fields, ...descriptor.lines].every(({ key }) => isTold(key));
  // What somebody changed may have been something hidden. It counts whether or not it was.
  let isUntoldChange = !isAllTold && others.some((step) => !step.isSystem);
  for (const f of descriptor.fields) {
    if (!f.audited || !isWrittenByOthers(f.key)) continue;
    // What the product works out follows from something else, for which somebody answers.
    if (f.readOnly && others.every((step) => step.isSystem || !step.fields.includes(f.key))) continue;
    const then = loggedValue(f, made.changes[f.key]?.after) ?? emptyOf(f);
    if (!isTold(f.key)) isUntoldChange = true;
    else if (!sameValue(then, state[f.key] ?? emptyOf(f)))
      changed.push({ field: f.key, code: 'changedSince' });
  }
  for (const { key, fields } of descriptor.lines) {
    const keys = [key, ...fields.map((f) => f.key)];
    const isOther = isTold(key)
      ? since.some((step) => keys.some((each) => each in step.changes)) &&
        !areLinesAsMade(made, context.descriptor, state, key)
      : keys.some(isWrittenByOthers);
    if (isOther && isTold(key)) changed.push({ field: key, code: 'changedSince' });
    else if (isOther) isUntoldChange = true;
  }
  return isUntoldChange ? [...changed, { code: 'changedSince' }] : changed;
}

/** Whether the lines of a record have the values with which it was made. */
function areLinesAsMade(
  made: HistoryStep,
  descriptor: RecordDescriptor,
  state: RecordState,
  key: string,
): boolean {
  const collection = descriptor.lines.find((each) => each.key === key)!;
  const lines = linesIn(state, collection);
  const valuesOf = (of: string) => (made.changes[of]?.after ?? {}) as Record<string, unknown>;
  const ids = Object.keys(valuesOf(key));
  return (
    ids.length === lines.length &&
    lines.every((line) =>
      collection.fields.every((f) =>
        sameValue(line[f.line!.name] ?? null, loggedValue(f, valuesOf(f.key)[line.id]) ?? null),
      ),
    )
  );
}

/** Returns the value that the record has, without what this very undo has written: that is nobody else's. */
function currentOf(
  record: LoadedRecord,
  f: FieldDescriptor,
  descriptor: RecordDescriptor,
  steps: readonly HistoryStep[],
) {
  let value = record.state[f.key] ?? emptyOf(f);
  for (const { isOurs, changes } of f.traits.isList ? [] : steps.toReversed()) {
    const change = changes[f.key];
    if (!change) continue;
    if (!isOurs || !sameValue(loggedValue(f, change.after) ?? emptyOf(f), value)) break;
    value = loggedValue(f, change.before) ?? emptyOf(f);
  }
  return isToldByRecord(f, descriptor)
    ? { value, isDerived: isDerivedIn(record.state, f, descriptor) }
    : { value };
}

function pastOf(steps: readonly HistoryStep[], f: FieldDescriptor): PastChange[] {
  return steps.flatMap(({ mine, changes }) => {
    const change = changes[f.key];
    if (!change) return [];
    return {
      mine,
      before: loggedValue(f, change.before),
      after: loggedValue(f, change.after),
      isProduct: isProductOrigin(change.origin),
      ...(change.derived ? { derived: change.derived } : {}),
    };
  });
}

const isProductOrigin = (origin: string | undefined) =>
  origin !== undefined && (origin.startsWith('derived:') || origin.startsWith('rule:'));

const isProductOnly = (mine: readonly HistoryStep[], key: string) =>
  mine.every(({ changes }) => !changes[key] || isProductOrigin(changes[key].origin));

/** Returns the label of a field or of lines, for messages. */
export function labelOf(descriptor: RecordDescriptor, key: string): string {
  return fieldOf(descriptor, key)?.label ?? descriptor.lines.find((lines) => lines.key === key)?.label ?? key;
}
