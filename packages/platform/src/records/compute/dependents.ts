import { Inject, Injectable } from '@nestjs/common';
import type { TenantSnapshot } from '../../access/index.js';
import {
  allFieldsOf,
  type FieldDescriptor,
  ownSourcesOf,
  type RecordDescriptor,
  RecordRegistry,
  rollupFieldsOf,
  rollupSources,
} from '../describe/index.js';
import { FormulaPlans } from './formula-plans.js';

/** Stored values that depend on events of an object. */
export interface Dependent {
  /**
   * Which records have the values: those that refer to the event's record by the field, those that the event's record refers to by
   * the field, or the record itself.
   */
  which: 'referrers' | 'referred' | 'self';
  /** The object that has the values. */
  object: RecordDescriptor;
  /** The reference; none for the record itself. */
  field?: FieldDescriptor;
  /** Keys of the fields whose change matters. Undefined if every event does, because the log doesn't name some of them. */
  reads: ReadonlySet<string> | undefined;
}

/** Knows which stored values depend on which objects, once for each snapshot of a company. */
@Injectable()
export class Dependents {
  private readonly known = new WeakMap<TenantSnapshot, ReadonlyMap<string, readonly Dependent[]>>();

  constructor(
    @Inject(RecordRegistry) private readonly registry: RecordRegistry,
    @Inject(FormulaPlans) private readonly plans: FormulaPlans,
  ) {}

  /** Returns the stored values that depend on events of objects, by the object of the event. */
  of(snapshot: TenantSnapshot): ReadonlyMap<string, readonly Dependent[]> {
    let found = this.known.get(snapshot);
    if (!found) {
      found = this.find(snapshot);
      this.known.set(snapshot, found);
    }
    return found;
  }

  private find(snapshot: TenantSnapshot): Map<string, Dependent[]> {
    const found = new Map<string, Dependent[]>();
    const add = (on: string, dependent: Dependent) =>
      void found.set(on, [...(found.get(on) ?? []), dependent]);
    for (const object of this.registry.allForTenant(snapshot)) {
      const { formulas, far } = this.plans.of(object, snapshot);
      for (const [key, fields] of far) {
        const field = object.byKey.get(key)!;
        const target = this.registry.forTenant(field.references!, snapshot);
        for (const link of linksBehind(object, field))
          add(target.key, { which: 'referrers', object, field: link, reads: logged(target, fields) });
      }
      const rollups = rollupFieldsOf(object);
      // What a formula read of another record may have changed while the record was being written.
      if (far.size || rollups.length)
        add(object.key, {
          which: 'self',
          object,
          reads: logged(
            object,
            formulas.flatMap(({ field }) => ownSourcesOf(field.computed.sources)),
          ),
        });
      for (const f of rollups) {
        const counted = this.registry.has(f.computed.object, snapshot)
          ? this.registry.forTenant(f.computed.object, snapshot)
          : undefined;
        const field = counted?.byKey.get(f.computed.field);
        if (counted && field)
          add(counted.key, {
            which: 'referred',
            object,
            field,
            reads: logged(counted, rollupSources(f.computed)),
          });
      }
    }
    return found;
  }
}

/**
 * Returns the fields by which the records are found that refer to others by a reference: itself, or those whose links it is
 * made of or decides. A contact's account is the first of all its accounts, a deal's product that of its first line.
 */
export function linksBehind(object: RecordDescriptor, reference: FieldDescriptor): FieldDescriptor[] {
  if (reference.storage.linked) return [reference];
  const madeOf = (made: FieldDescriptor, of: FieldDescriptor) =>
    made.derivedFrom !== undefined && ownSourcesOf(made.derivedFrom).includes(of.key);
  return allFieldsOf(object).filter(
    (f) =>
      f.storage.linked !== undefined &&
      f.references === reference.references &&
      (madeOf(reference, f) || madeOf(f, reference)),
  );
}

/** Returns the keys, if the log names changes of all of them. */
function logged({ byKey }: RecordDescriptor, keys: Iterable<string>): Set<string> | undefined {
  const all = new Set(keys);
  return [...all].every((key) => byKey.get(key)?.audited ?? true) ? all : undefined;
}
