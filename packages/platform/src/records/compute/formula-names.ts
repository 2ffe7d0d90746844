import type { TenantSnapshot } from '../../access/index.js';
import type { FormulaName, FormulaNames, FormulaType, FormulaValue } from '../../formulas/index.js';
import { piiOf } from '../decide/index.js';
import type { FieldDescriptor, LineCollection, RecordDescriptor, RecordRegistry } from '../describe/index.js';

/** The time at which a record was created: the one system value that formulas know, since it never changes. */
export const CREATED_AT = 'createdAt';

const TYPES: Partial<Record<FieldDescriptor['traits']['family'], (f: FieldDescriptor) => FormulaType>> = {
  text: () => ({ is: 'text' }),
  choice: () => ({ is: 'text' }),
  decimal: (f) => ({ is: 'number', scale: f.scale }),
  boolean: () => ({ is: 'boolean' }),
  date: () => ({ is: 'date' }),
  datetime: () => ({ is: 'datetime' }),
  reference: (f) => ({ is: 'record', object: f.references! }),
  set: (f) => ({
    is: 'list',
    of: f.references === undefined ? { is: 'text' } : { is: 'record', object: f.references },
  }),
};

/** Returns a value in API form as formulas have it: numbers as text. */
export function formulaValue(f: FieldDescriptor, value: unknown): FormulaValue {
  if (value === null || value === undefined) return null;
  return f.traits.family === 'decimal' ? String(value) : (value as FormulaValue);
}

/** Returns the names that formulas of an object can use. */
export function formulaNames(
  descriptor: RecordDescriptor,
  registry: RecordRegistry,
  snapshot: TenantSnapshot,
): FormulaNames {
  const lines = new Map(descriptor.lines.map((collection) => [collection.key, collection]));
  return {
    find(name) {
      if (name === CREATED_AT) return { type: { is: 'datetime' }, read: { key: name } };
      const collection = lines.get(name);
      if (collection) return lineNames(descriptor, collection, snapshot);
      const f = descriptor.byKey.get(name);
      if (!f) return undefined;
      const named = nameOf(descriptor, f, { key: name }, snapshot);
      if (f.traits.family !== 'reference' || !registry.has(f.references!, snapshot)) return named;
      const target = registry.forTenant(f.references!, snapshot);
      return {
        ...named,
        inner: {
          find(far) {
            if (far === CREATED_AT) return { type: { is: 'datetime' }, read: { key: name, far } };
            const farField = target.byKey.get(far);
            return farField && nameOf(target, farField, { key: name, far }, snapshot);
          },
          all: () => [...target.byKey.keys(), CREATED_AT],
        },
      };
    },
    all: () => [...descriptor.byKey.keys(), ...lines.keys(), CREATED_AT],
  };
}

function nameOf(
  { key: object }: RecordDescriptor,
  f: FieldDescriptor,
  read: FormulaName['read'],
  snapshot: TenantSnapshot,
): FormulaName {
  const type = f.traits.isDocument ? undefined : TYPES[f.traits.family]?.(f);
  const refusal = f.traits.isDocument
    ? `Formulas can't use "${f.label}", because it is formatted text.`
    : !type
      ? `Formulas can't use "${f.label}", because it leads to records of several objects.`
      : f.cipher || piiOf(object, f, snapshot) === 'secret'
        ? `Formulas can't use "${f.label}", because its values are kept secret and the result would not be.`
        : undefined;
  return { type: type ?? { is: 'empty' }, read, ...(refusal ? { refusal } : {}) };
}

/** The lines of a record: their number, and a list for each of their fields. */
function lineNames(
  descriptor: RecordDescriptor,
  { key, byName }: LineCollection,
  snapshot: TenantSnapshot,
): FormulaName {
  return {
    type: { is: 'list', of: { is: 'record', object: key } },
    read: { key },
    inner: {
      find(name) {
        const f = byName.get(name);
        const one = f && nameOf(descriptor, f, { key, inLines: name }, snapshot);
        return one && { ...one, type: { is: 'list', of: one.type } };
      },
      all: () => byName.keys(),
    },
  };
}
