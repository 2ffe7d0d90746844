import { type Condition, fieldsOf } from '@pellucid/conditions';
import type { Subject } from '../../access/index.js';
import {
  assignedFields,
  type FieldAccess,
  type ObjectAccess,
  UNLIMITED,
  valuesOnly,
} from '../decide/index.js';
import { partOf, type RecordState } from '../describe/index.js';
import type { WriteBatch } from './participants.js';
import { fieldNotWritable } from './record-input.js';
import type { RuleOrigin } from './value-origin.js';
import type { WriteAttempt } from './write-attempt.js';
import type { WriteRow } from './write-row.js';

/**
 * Rights are judged on what was asked, by whom: the caller's input under the caller's rights, what a rule of the company
 * sets under the rights of whoever it runs as. What follows from it (presets, defaults, derivations) needs no right.
 */
interface Asker {
  /** Undefined is the context's actor. */
  subject: Subject | undefined;
  /** What they may do by the write's action. */
  access: ObjectAccess;
  action: string;
  /** Whether they answer for the field's value. */
  set(row: WriteRow, fieldKey: string): boolean;
  /** The record as they ask for it to become. */
  state(row: WriteRow): Readonly<RecordState>;
}

interface Refusal {
  field: string;
  code: string;
  message: string;
}

/** Refuses rows that the caller, or a rule that set a value, has no right to write like this. */
export function checkAskedRights({ tools, options, access, batch }: WriteAttempt): void {
  const fieldAccess = tools.access;
  for (const row of batch.rows) if (row.ok) checkRules(fieldAccess, batch, row);
  if (batch.asks === 'product') return;
  if (batch.operation === 'create') checkFieldsOfNew(fieldAccess, batch, access);
  const caller: Asker = {
    subject: undefined,
    access,
    action: options.action ?? batch.operation,
    set: (row, key) => typeof row.originOf(key) !== 'object',
    state: (row) => row.asAsked,
  };
  for (const row of batch.rows) {
    if (row.ok) refuse(row, policyRefusals(fieldAccess, batch, row, caller));
    if (row.ok && !batch.cascaded) refuse(row, actRefusals(fieldAccess, batch, row, caller));
  }
}

function refuse(row: WriteRow, refusals: Refusal[]): void {
  for (const { field, code, message } of refusals) row.refuse(field, code, message);
}

/** Checks the fields of new records if roles differ in them: only roles that may create this very record count. */
function checkFieldsOfNew(fieldAccess: FieldAccess, batch: WriteBatch, access: ObjectAccess): void {
  if (!access.profiles) return;
  const { descriptor } = batch;
  for (const row of batch.rows) {
    if (!row.ok) continue;
    const view = valuesOnly(descriptor.key, row.asAsked);
    const rules = access.rulesFor(fieldAccess.bitsOf(access, view, batch.snapshot));
    for (const key of row.asked) {
      const part = partOf(descriptor, key)!;
      const isReadOnly = 'readOnly' in part && part.readOnly && !(batch.mode === 'import' && part.importable);
      if (!isReadOnly && !rules.canWrite(key)) row.errors.push(fieldNotWritable(part));
    }
  }
}

/**
 * Refuses a row in which a rule set what its run-as has no right to. The refusal names neither rule nor field, since the
 * caller may not know of them.
 */
function checkRules(fieldAccess: FieldAccess, batch: WriteBatch, row: WriteRow): void {
  const byRule = new Map<string, { origin: RuleOrigin; keys: string[] }>();
  for (const [key, origin] of row.allUnasked())
    if (typeof origin === 'object') {
      const known = byRule.get(origin.rule);
      if (known) known.keys.push(key);
      else byRule.set(origin.rule, { origin, keys: [key] });
    }
  for (const { origin, keys } of byRule.values())
    if (!mayRule(fieldAccess, batch, row, origin, keys)) {
      row.fail(
        403,
        'ruleForbidden',
        'A rule of your company changes this record along with you, but the rule itself lacks the rights. Ask an administrator to check the rules.',
      );
      return;
    }
}

function mayRule(
  fieldAccess: FieldAccess,
  batch: WriteBatch,
  row: WriteRow,
  origin: RuleOrigin,
  keys: string[],
): boolean {
  const { descriptor, snapshot } = batch;
  const action = batch.operation === 'create' ? 'create' : 'update';
  const access = fieldAccess.decide(descriptor.key, action, snapshot, origin.runAs);
  const view = valuesOnly(descriptor.key, row.before?.state ?? row.after);
  if (!access.allowed || !fieldAccess.admits(access, view, snapshot)) return false;
  const rules = access.rulesFor(fieldAccess.bitsOf(access, view, snapshot));
  if (!keys.every((key) => rules.canWrite(key))) return false;
  const asker: Asker = {
    subject: origin.runAs,
    access,
    action,
    set: (of, key) => {
      const by = of.originOf(key);
      return typeof by === 'object' && by.rule === origin.rule;
    },
    state: (of) => of.after,
  };
  return (
    policyRefusals(fieldAccess, batch, row, asker).length === 0 &&
    actRefusals(fieldAccess, batch, row, asker).length === 0
  );
}

/**
 * Returns what roles say against a record as it will be: its owner, which values it may have, and who may reassign it.
 */
function policyRefusals(fieldAccess: FieldAccess, batch: WriteBatch, row: WriteRow, asker: Asker): Refusal[] {
  const { descriptor, snapshot } = batch;
  const { access, action, subject } = asker;
  // No role limits the product itself.
  if (access === UNLIMITED) return [];
  const label = descriptor.label.toLowerCase();
  const after = asker.state(row);
  const holds = (condition: Condition | undefined, state: Readonly<RecordState>) =>
    !condition || fieldAccess.holds(descriptor.key, condition, state, snapshot);
  const whose = row.before?.state ?? after;
  const reached = access.branches.filter((b) => holds(b.reach, whose));
  const handed =
    batch.operation === 'update' &&
    assignedFields(whose, reached.length > 0).find((key) => row.mayChange(key) && asker.set(row, key));
  if (handed) {
    const assign = fieldAccess.decide(descriptor.key, 'assign', snapshot, subject);
    const view = valuesOnly(descriptor.key, row.before!.state);
    if (!assign.allowed || !fieldAccess.admits(assign, view, snapshot))
      return [
        {
          field: handed,
          code: 'assignForbidden',
          message: `Your roles don't let you assign this ${label} to ${handed === 'owner' ? 'someone else' : 'another legal entity'}.`,
        },
      ];
  }
  // Only a share reaches a record that no branch admits; then the policy of any branch may apply.
  const branches = reached.length || batch.operation === 'create' ? reached : access.branches;
  if (!branches.length) {
    const field = access.branches.some((b) => b.reach && 'field' in b.reach && b.reach.field === 'owner')
      ? 'owner'
      : 'legalEntity';
    return [
      {
        field,
        code: 'outOfScope',
        message: `Your roles don't let you create a ${label} with this ${descriptor.byKey.get(field)?.label.toLowerCase() ?? field}.`,
      },
    ];
  }
  if (branches.some((b) => holds(b.grant.permission.condition, after))) return [];
  const fields = [
    ...new Set(
      branches.flatMap((b) =>
        (b.grant.permission.condition ? fieldsOf(b.grant.permission.condition) : []).map((p) => p[0]!),
      ),
    ),
  ];
  const named = fields.filter((key) => row.before === null || row.mayChange(key));
  return (named.length ? named : fields).map((key) => ({
    field: key,
    code: 'policyForbids',
    message: `Your roles don't let you ${action} a ${label} with this value of "${descriptor.byKey.get(key)?.label ?? key}".`,
  }));
}

/**
 * Returns what roles say against a change that amounts to a verb of the object. Verbs follow the right to change the
 * record unless a role sets them apart, and a plain change is no way round that. A verb's own request is decided already.
 */
function actRefusals(fieldAccess: FieldAccess, batch: WriteBatch, row: WriteRow, asker: Asker): Refusal[] {
  const { descriptor, snapshot } = batch;
  const { subject } = asker;
  if (!row.acts || row.acts.verb === asker.action || !asker.set(row, row.acts.field)) return [];
  const after = asker.state(row);
  const holds = (condition: Condition | undefined, state: Readonly<RecordState>) =>
    !condition || fieldAccess.holds(descriptor.key, condition, state, snapshot);
  const { verb, field } = row.acts;
  const update = fieldAccess.decide(descriptor.key, 'update', snapshot, subject);
  const access = fieldAccess.decide(descriptor.key, verb, snapshot, subject);
  if (isSameGrants(access, update)) return [];
  const whose = row.before?.state ?? after;
  const reached = access.branches.filter((b) => holds(b.reach, whose));
  // What only a share reaches is within the verb as well.
  const isShared = row.before !== null && !update.branches.some((b) => holds(b.reach, whose));
  const branches = reached.length || !isShared ? reached : access.branches;
  const may = branches.some(
    ({ grant: { permission } }) =>
      holds(permission.condition, after) &&
      (row.before === null || holds(permission.condition, row.before.state)),
  );
  if (may) return [];
  return [
    {
      field,
      code: 'verbForbidden',
      message: `Your roles don't let you ${verb} this ${descriptor.label.toLowerCase()}.`,
    },
  ];
}

/** Whether both come from the same permissions: a verb that no role sets apart follows the right to update. */
function isSameGrants(one: ObjectAccess, other: ObjectAccess): boolean {
  const [mine, theirs] = [one, other].map(
    (access) => new Set(access.branches.map((b) => b.grant.permission)),
  );
  return mine!.size === theirs!.size && [...mine!].every((permission) => theirs!.has(permission));
}
