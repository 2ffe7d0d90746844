import { fieldsOf, isFieldRequired, isOptionOpen } from '@pellucid/conditions';
import type { FieldProblem } from '../../errors/index.js';
import type { FieldAccess } from '../decide/index.js';
import {
  type FieldDescriptor,
  fieldPointer,
  LEGAL_ENTITY,
  optionsIn,
  type RecordDescriptor,
  type RecordState,
} from '../describe/index.js';
import type { WriteBatch } from './participants.js';
import type { WriteRow } from './write-row.js';

/** Fields whose rules depend on other fields of the record, by description. */
const ruled = new WeakMap<RecordDescriptor, readonly FieldDescriptor[]>();

/** Returns the fields whose rules depend on other fields of the record. */
function ruledFields(descriptor: RecordDescriptor): readonly FieldDescriptor[] {
  let found = ruled.get(descriptor);
  if (!found) {
    found = descriptor.fields.filter(
      (f) => !f.readOnly && (f.requiredIf || f.visibleIf || f.dependsOn || f.entityOverrides),
    );
    ruled.set(descriptor, found);
  }
  return found;
}

/**
 * Judges fields whose rules depend on other fields of the record. What the author of the write does not see counts as empty,
 * so no refusal tells it.
 */
export class FieldRulesCheck {
  private readonly fields: readonly FieldDescriptor[];

  constructor(
    private readonly batch: WriteBatch,
    private readonly access: FieldAccess,
  ) {
    this.fields = ruledFields(batch.descriptor);
  }

  /** Whether some records need a value of the field. */
  canBeRequired(f: FieldDescriptor): boolean {
    return f.required || this.fields.includes(f);
  }

  /** Whether the record needs a value of the field. */
  isRequired(row: WriteRow, f: FieldDescriptor): boolean {
    if (!this.fields.includes(f)) return f.required;
    const seen = this.seen(row);
    return isFieldRequired(f, overrideFor(f, seen), (condition) => this.holds(condition, seen));
  }

  /** Whether the write may change whether the record needs a value of the field, or whether it has one. */
  mayChange(row: WriteRow, f: FieldDescriptor): boolean {
    if (row.mayChange(f.key)) return true;
    if (!this.fields.includes(f)) return false;
    const asked = [f.requiredIf, f.visibleIf].flatMap((c) => (c ? fieldsOf(c).map((path) => path[0]!) : []));
    return [...asked, ...(f.entityOverrides ? [LEGAL_ENTITY] : [])].some((key) => row.mayChange(key));
  }

  /** Refuses options that can't be chosen with the record's other values. */
  optionProblems(row: WriteRow): FieldProblem[] {
    return this.fields.flatMap((f) => {
      if (!f.dependsOn && !f.entityOverrides) return [];
      const isOwn = row.before === null || row.mayChange(f.key);
      const deciders = [...(f.dependsOn ? [f.dependsOn] : []), ...(f.entityOverrides ? [LEGAL_ENTITY] : [])];
      // Somebody who does not see the value must not learn it by changing what it depends on.
      if (!isOwn && !(row.sees(f.key) && deciders.some((key) => row.mayChange(key)))) return [];
      const seen = this.seen(row);
      const chosen = optionsIn(f, row.after[f.key]);
      const wrong = chosen.find((value) => !isOpen(f, value, seen));
      return wrong === undefined ? [] : [this.problemOf(f, wrong)];
    });
  }

  private problemOf(f: FieldDescriptor, value: string): FieldProblem {
    const decider = this.batch.descriptor.byKey.get(f.dependsOn ?? LEGAL_ENTITY);
    const option = f.options?.find((o) => o.value === value)?.label ?? value;
    return {
      pointer: fieldPointer(f.key),
      code: 'optionNotOpen',
      message: `"${option}" can't be chosen for "${f.label}" with this "${decider?.label ?? f.dependsOn}". Choose another option.`,
      params: { value },
    };
  }

  private holds(condition: NonNullable<FieldDescriptor['requiredIf']>, state: RecordState): boolean {
    const { descriptor, snapshot } = this.batch;
    return this.access.holds(descriptor.key, condition, state, snapshot);
  }

  /** The record after the write, as far as its author sees it or says it. */
  private seen(row: WriteRow): RecordState {
    return Object.fromEntries(
      Object.entries(row.after).filter(([key]) => row.asked.has(key) || row.sees(key)),
    );
  }
}

/** Returns what differs for the record's legal entity. */
const overrideFor = (f: FieldDescriptor, state: RecordState) =>
  f.entityOverrides?.[String(state[LEGAL_ENTITY] ?? '')];

/** Whether a value can be chosen with the record's other values. */
function isOpen(f: FieldDescriptor, value: string, state: RecordState): boolean {
  const option = f.options?.find((o) => o.value === value) ?? { value };
  const deciding = f.dependsOn === undefined ? undefined : [state[f.dependsOn] ?? []].flat();
  return isOptionOpen(option, overrideFor(f, state), deciding);
}
