import { type Condition, fieldsOf } from '@pellucid/conditions';
import {
  assignedFields,
  type FieldAccess,
  type FieldRules,
  type ObjectAccess,
  UNSEEN,
} from './access-policy.js';
import { visibilityIn } from './derived-values.js';
import type { RecordState } from './descriptor.js';
import { sameValue, type WriteBatch, type WriteRow } from './participants.js';
import { currencyOf, presentLoose } from './presenter.js';
import type { LoadedRecord } from './read-plan.js';
import { currencyProblems, fieldNotWritable, parseFieldValue } from './record-input.js';

/** Fields that are not the actor's to write: what repeats what they were shown is dropped, anything else refused. */
export function settlePending(
  fieldAccess: FieldAccess,
  batch: WriteBatch,
  row: WriteRow,
  rules: FieldRules,
): void {
  if (!Object.keys(row.pending).length) return;
  // As the actor is shown this very record: otherwise a value they do not see could be guessed by sending it back.
  const shown = shownRules(fieldAccess, batch, row.before!);
  for (const [key, given] of Object.entries(row.pending)) {
    const f = batch.descriptor.byKey.get(key)!;
    const parsed = parseFieldValue(f, given);
    if (rules.canWrite(key)) {
      if ('problem' in parsed) row.errors.push(parsed.problem);
      else row.given[key] = parsed.value;
      continue;
    }
    const stored = row.before!.state[key] ?? null;
    const currency = currencyOf(f, row.before!.state, batch.snapshot.settings.baseCurrency);
    const visibility = visibilityIn(row.before!, shown, key);
    const repeats =
      visibility === 'clear'
        ? 'value' in parsed && sameValue(parsed.value, stored)
        : visibility === 'mask' && sameValue(given, presentLoose(f, stored, shown, currency));
    if (!repeats) row.errors.push(fieldNotWritable(f));
  }
}

/** The rules by which the actor is shown the record as it was; nothing of one they may not read. */
function shownRules(fieldAccess: FieldAccess, batch: WriteBatch, before: LoadedRecord): FieldRules {
  const { descriptor, snapshot } = batch;
  return before.seen
    ? fieldAccess.decide(descriptor.key, 'read', snapshot).rulesFor(before.readBits)
    : UNSEEN.rules;
}

/**
 * What the actor does not see takes no part in what they write: names of references they may not see are not composed into
 * others, and what they give for a field that is withheld from them counts as a change, whatever stood there. Otherwise a
 * version that stays would tell that they had guessed it.
 */
export function settleSight(fieldAccess: FieldAccess, batch: WriteBatch, row: WriteRow): void {
  const { descriptor, snapshot } = batch;
  const access = fieldAccess.decide(descriptor.key, 'read', snapshot);
  if (access.rules.allClear && !access.profiles && !row.before?.derived && (row.before?.seen ?? true)) return;
  const view = { object: descriptor.key, state: row.after, shared: null };
  const rules = row.before
    ? shownRules(fieldAccess, batch, row.before)
    : access.rulesFor(fieldAccess.bitsOf(access, view, snapshot));
  const record = row.before ?? { derived: null };
  row.sees = (key) => visibilityIn(record, rules, key) === 'clear';
  for (const key of Object.keys(row.names)) if (rules.read(key) !== 'clear') delete row.names[key];
  if (!row.before) return;
  if (Object.keys(row.given).some((key) => !row.sees(key))) row.touch = true;
  // Before any rule runs: which of them would refuse first depends on the amount.
  row.errors.push(...currencyProblems(descriptor, row));
}

/** Fields of new records, where roles differ in them: those count that may create this very record. */
export function checkFieldsOfNew(
  fieldAccess: FieldAccess,
  batch: WriteBatch,
  inputs: { values?: Record<string, unknown> }[],
  access: ObjectAccess,
): void {
  if (!access.profiles) return;
  const { descriptor } = batch;
  for (const row of batch.rows) {
    if (!row.ok) continue;
    const view = { object: descriptor.key, state: row.after, shared: null };
    const rules = access.rulesFor(fieldAccess.bitsOf(access, view, batch.snapshot));
    for (const key of Object.keys(inputs[row.index]!.values ?? {})) {
      const f = descriptor.byKey.get(key);
      if (f && !f.readOnly && !rules.canWrite(key)) row.errors.push(fieldNotWritable(f));
    }
  }
}

/** What roles say of records as they will be: whose they are, which values they may have, and who may hand them on. */
export function checkPolicies(
  fieldAccess: FieldAccess,
  batch: WriteBatch,
  access: ObjectAccess,
  action: string = batch.operation,
): void {
  const { descriptor, snapshot } = batch;
  const label = descriptor.label.toLowerCase();
  const holds = (condition: Condition | undefined, state: RecordState) =>
    !condition || fieldAccess.holds(descriptor.key, condition, state, snapshot);
  for (const row of batch.rows) {
    if (!row.ok) continue;
    const whose = row.before?.state ?? row.after;
    const reached = access.branches.filter((b) => holds(b.reach, whose));
    const handed =
      batch.operation === 'update' &&
      assignedFields(whose, reached.length > 0).find((key) => row.changed(key));
    if (handed) {
      const assign = fieldAccess.decide(descriptor.key, 'assign', snapshot);
      const view = { object: descriptor.key, state: row.before!.state, shared: null };
      if (!assign.allowed || !fieldAccess.admits(assign, view, snapshot)) {
        row.refuse(
          handed,
          'assignForbidden',
          `Your roles don't let you assign this ${label} to ${handed === 'owner' ? 'someone else' : 'another legal entity'}.`,
        );
        continue;
      }
    }
    // Only a share lets one reach a record that no branch does: then any branch's policy will do.
    const branches = reached.length || batch.operation === 'create' ? reached : access.branches;
    if (!branches.length) {
      const field = access.branches.some((b) => b.reach && 'field' in b.reach && b.reach.field === 'owner')
        ? 'owner'
        : 'legalEntity';
      row.refuse(
        field,
        'outOfScope',
        `Your roles don't let you create a ${label} with this ${descriptor.byKey.get(field)?.label.toLowerCase() ?? field}.`,
      );
    } else if (!branches.some((b) => holds(b.grant.permission.condition, row.after))) {
      const fields = [
        ...new Set(
          branches.flatMap((b) =>
            (b.grant.permission.condition ? fieldsOf(b.grant.permission.condition) : []).map((p) => p[0]!),
          ),
        ),
      ];
      const named = fields.filter((key) => row.before === null || row.changed(key));
      for (const key of named.length ? named : fields)
        row.refuse(
          key,
          'policyForbids',
          `Your roles don't let you ${action} a ${label} with this value of "${descriptor.byKey.get(key)?.label ?? key}".`,
        );
    }
  }
}
