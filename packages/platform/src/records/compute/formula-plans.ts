import { Inject, Injectable } from '@nestjs/common';
import type { TenantSnapshot } from '../../access/index.js';
import { checkFormula, type Formula, type FormulaProblem } from '../../formulas/index.js';
import {
  type FormulaField,
  formulaFieldsOf,
  ownSourcesOf,
  type RecordDescriptor,
  RecordRegistry,
} from '../describe/index.js';
import { formulaNames } from './formula-names.js';

/** A field with its checked formula, or why the formula no longer fits the description. */
export interface PlannedFormula {
  field: FormulaField;
  checked: Formula | { problem: FormulaProblem };
}

/** The formulas of an object. */
export interface ObjectFormulas {
  /** In an order in which each comes after those that it reads. */
  formulas: readonly PlannedFormula[];
  /** What they read of other records: keys of their fields, by the key of the reference that leads there. */
  far: ReadonlyMap<string, ReadonlySet<string>>;
}

const NONE: ObjectFormulas = { formulas: [], far: new Map() };

/** Checks the formulas of a company's objects, once for each of its snapshots. */
@Injectable()
export class FormulaPlans {
  private readonly known = new WeakMap<TenantSnapshot, Map<string, ObjectFormulas>>();

  constructor(@Inject(RecordRegistry) private readonly registry: RecordRegistry) {}

  /** Returns the formulas of an object. */
  of(descriptor: RecordDescriptor, snapshot: TenantSnapshot): ObjectFormulas {
    let plans = this.known.get(snapshot);
    if (!plans) {
      plans = new Map();
      this.known.set(snapshot, plans);
    }
    let plan = plans.get(descriptor.key);
    if (!plan) {
      plan = this.plan(descriptor, snapshot);
      plans.set(descriptor.key, plan);
    }
    return plan;
  }

  private plan(descriptor: RecordDescriptor, snapshot: TenantSnapshot): ObjectFormulas {
    const fields = formulaFieldsOf(descriptor);
    if (!fields.length) return NONE;
    const names = formulaNames(descriptor, this.registry, snapshot);
    const formulas = inOrder(fields).map((field) => ({
      field,
      checked: checkFormula(field.computed.formula, names),
    }));
    const far = new Map<string, Set<string>>();
    for (const { checked } of formulas)
      for (const read of 'reads' in checked ? checked.reads : [])
        if (read.far !== undefined) far.set(read.key, (far.get(read.key) ?? new Set()).add(read.far));
    return { formulas, far };
  }
}

/** Orders formulas so that each comes after those that it reads. Circles, which no definition can have, end at their first. */
function inOrder(fields: FormulaField[]): FormulaField[] {
  const byKey = new Map(fields.map((f) => [f.key, f]));
  const ordered = new Set<FormulaField>();
  const visit = (f: FormulaField, above: ReadonlySet<FormulaField>) => {
    if (ordered.has(f) || above.has(f)) return;
    for (const key of ownSourcesOf(f.computed.sources)) {
      const source = byKey.get(key);
      if (source) visit(source, new Set([...above, f]));
    }
    ordered.add(f);
  };
  for (const f of fields) visit(f, new Set());
  return [...ordered];
}
