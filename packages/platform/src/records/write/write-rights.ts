import { allFieldsOf, fieldPointer, type RecordDescriptor, sameValue } from '../describe/index.js';
import { type FieldAccess, type FieldRules, UNSEEN, valuesOnly, visibilityIn } from '../decide/index.js';
import { type WriteBatch } from './participants.js';
import type { WriteRow } from './write-row.js';
import { currencyFieldOf, currencyOf, type LoadedRecord, presentLoose } from '../read/index.js';
import type { WriteAttempt } from './write-attempt.js';
import { fieldNotWritable, parseFieldValue, parseHeldValue } from './record-input.js';
import type { FieldProblem } from '../../errors/index.js';

/**
 * Handles values for fields that the actor may not write: drops a value that repeats what they were shown and refuses
 * any other.
 */
export function settlePending(
  fieldAccess: FieldAccess,
  batch: WriteBatch,
  row: WriteRow,
  rules: FieldRules,
): void {
  if (!Object.keys(row.pending).length) return;
  // Compared with what the actor is shown of this record: otherwise they could guess a hidden value by sending it back.
  const shown = shownRules(fieldAccess, batch, row.before!);
  for (const [key, given] of Object.entries(row.pending)) {
    const f = batch.descriptor.byKey.get(key)!;
    const visibility = visibilityIn(row.before!, shown, key);
    const stored = row.before!.state[key] ?? null;
    const parsed = visibility === 'clear' ? parseHeldValue(f, given, stored) : parseFieldValue(f, given);
    if (rules.canWrite(key)) {
      if ('problem' in parsed) row.errors.push(parsed.problem);
      else row.give(key, parsed.value, 'asked');
      continue;
    }
    const currency = currencyOf(f, row.before!.state, batch.snapshot.settings.baseCurrency);
    const repeats =
      visibility === 'clear'
        ? 'value' in parsed && sameValue(parsed.value, stored)
        : visibility === 'mask' && sameValue(given, presentLoose(f, stored, shown, currency));
    if (!repeats) row.errors.push(fieldNotWritable(f));
  }
}

/**
 * Accepts values that the record has already and the actor is shown, and refuses the others that no field accepts. What an undo
 * or a restored version puts back was the record's own value once, so its field may have been narrowed since.
 */
export function settleDoubtful({ tools, options, batch }: WriteAttempt, row: WriteRow): void {
  const putsBack = options.mode === 'undo' || options.putsBack;
  for (const { f, value, problem } of row.doubtful) {
    const before = row.before!;
    const isTold = options.asks === 'product' || isShown(tools.access, batch, before, f.key);
    const held = putsBack ? value : before.state[f.key];
    const parsed = putsBack || isTold ? parseHeldValue(f, value, held) : { problem };
    if ('problem' in parsed) row.errors.push(parsed.problem);
    else row.give(f.key, parsed.value, 'asked');
  }
}

/**
 * Refuses values for fields of new records that the actor may not write, unless they repeat what the record starts with: a
 * preset or a default that the actor sees. So whoever may not set a value can still rely on it.
 */
export function checkPendingOfNew({ descriptor, rows }: WriteBatch): void {
  for (const row of rows) {
    if (!row.ok) continue;
    for (const [key, given] of Object.entries(row.pending)) {
      const f = descriptor.byKey.get(key)!;
      const parsed = parseFieldValue(f, given);
      const origin = row.originOf(key);
      const isStart = origin === 'preset' || origin === 'default';
      const repeats =
        isStart && row.sees(key) && 'value' in parsed && sameValue(parsed.value, row.after[key]);
      if (!repeats) row.errors.push(fieldNotWritable(f));
    }
  }
}

/** Returns the rules by which the actor is shown the record as it was; nothing is shown of one they may not read. */
export function shownRules(fieldAccess: FieldAccess, batch: WriteBatch, before: LoadedRecord): FieldRules {
  const { descriptor, snapshot } = batch;
  return before.seen
    ? fieldAccess.decide(descriptor.key, 'read', snapshot).rulesFor(before.readBits)
    : UNSEEN.rules;
}

/** Whether the actor is shown the field's value in the record as it was. */
export function isShown(
  fieldAccess: FieldAccess,
  batch: WriteBatch,
  before: LoadedRecord,
  key: string,
): boolean {
  return visibilityIn(before, shownRules(fieldAccess, batch, before), key) === 'clear';
}

/**
 * Keeps what the actor does not see out of what they write. Names of references that they may not see are not composed
 * into other names. A value given for a field that is withheld from them counts as a change, whatever was stored:
 * otherwise an unchanged version would reveal that they guessed the value.
 */
export function settleSight(fieldAccess: FieldAccess, batch: WriteBatch, row: WriteRow): void {
  const { descriptor, snapshot } = batch;
  const access = fieldAccess.decide(descriptor.key, 'read', snapshot);
  if (access.rules.allClear && !access.profiles && !row.before?.derived && (row.before?.seen ?? true)) return;
  const view = valuesOnly(descriptor.key, row.after);
  const rules = row.before
    ? shownRules(fieldAccess, batch, row.before)
    : access.rulesFor(fieldAccess.bitsOf(access, view, snapshot));
  const record = row.before ?? { derived: null };
  row.sees = (key) => visibilityIn(record, rules, key) === 'clear';
  for (const key of Object.keys(row.names)) if (rules.read(key) !== 'clear') delete row.names[key];
  if (!row.before) return;
  if (Object.keys(row.given).some((key) => !row.sees(key))) row.touch = true;
  // Must run before any rule: which rule refuses first depends on the amount.
  row.errors.push(...currencyProblems(descriptor, row));
}

/**
 * Whether an amount fits a currency depends on the amount, so whoever does not see the amount cannot change its
 * currency at all.
 */
function currencyProblems(descriptor: RecordDescriptor, row: WriteRow): FieldProblem[] {
  return allFieldsOf(descriptor).flatMap((f) => {
    const currency = currencyFieldOf(f);
    if (!currency || !row.mayChange(currency) || row.sees(f.key)) return [];
    return [
      {
        pointer: fieldPointer(currency),
        code: 'amountWithheld',
        message: `Your roles don't show you "${f.label}", so you can't change its currency.`,
      },
    ];
  });
}
