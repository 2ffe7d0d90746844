import { type RecordState, sameValue } from '../describe/index.js';
import { type Condition, fieldsOf } from '@pellucid/conditions';
import {
  assignedFields,
  type FieldAccess,
  type FieldRules,
  type ObjectAccess,
  UNSEEN,
  visibilityIn,
} from '../decide/index.js';
import { type WriteBatch, type WriteRow } from './participants.js';
import { currencyOf, type LoadedRecord, presentLoose } from '../read/index.js';
import { currencyProblems, fieldNotWritable, parseFieldValue } from './record-input.js';

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

/** Returns the rules by which the actor is shown the record as it was; nothing is shown of one they may not read. */
function shownRules(fieldAccess: FieldAccess, batch: WriteBatch, before: LoadedRecord): FieldRules {
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
  const view = { object: descriptor.key, state: row.after, shared: null };
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

/** Checks the fields of new records if roles differ in them: only roles that may create this very record count. */
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

/**
 * Checks what roles say about records as they will be: their owner, which values they may have, and who may reassign
 * them.
 */
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
    // Only a share reaches a record that no branch admits; then the policy of any branch may apply.
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

/**
 * Refuses rows whose change amounts to a verb of the object that the actor may not do. Verbs follow the right to change the
 * record unless a role sets them apart, and a plain change is no way round that.
 * @param action what the write was asked for as: a verb's own request is decided already
 */
export function checkActs(fieldAccess: FieldAccess, batch: WriteBatch, action: string | undefined): void {
  const { descriptor, snapshot } = batch;
  const holds = (condition: Condition | undefined, state: RecordState) =>
    !condition || fieldAccess.holds(descriptor.key, condition, state, snapshot);
  for (const row of batch.rows) {
    if (!row.ok || !row.acts || row.acts.verb === action) continue;
    const { verb, field } = row.acts;
    const update = fieldAccess.decide(descriptor.key, 'update', snapshot);
    const access = fieldAccess.decide(descriptor.key, verb, snapshot);
    if (isSameGrants(access, update)) continue;
    const whose = row.before?.state ?? row.after;
    const reached = access.branches.filter((b) => holds(b.reach, whose));
    // What only a share reaches is within the verb as well.
    const isShared = row.before !== null && !update.branches.some((b) => holds(b.reach, whose));
    const branches = reached.length || !isShared ? reached : access.branches;
    const may = branches.some(
      ({ grant: { permission } }) =>
        holds(permission.condition, row.after) &&
        (row.before === null || holds(permission.condition, row.before.state)),
    );
    if (!may)
      row.refuse(
        field,
        'verbForbidden',
        `Your roles don't let you ${verb} this ${descriptor.label.toLowerCase()}.`,
      );
  }
}

/** Whether both come from the same permissions: a verb that no role sets apart follows the right to update. */
function isSameGrants(one: ObjectAccess, other: ObjectAccess): boolean {
  const [mine, theirs] = [one, other].map(
    (access) => new Set(access.branches.map((b) => b.grant.permission)),
  );
  return mine!.size === theirs!.size && [...mine!].every((permission) => theirs!.has(permission));
}
