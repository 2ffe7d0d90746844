import { fieldsOf, splitPath } from '@pellucid/conditions';
import type {
  ComputedSettings,
  FormulaSettings,
  RollupSettings,
  TenantSnapshot,
} from '../../access/index.js';
import { ownSourcesOf } from './derivations.js';
import { allFieldsOf } from './owned-lines.js';
import type { RecordRegistry } from './registry.js';
import type { Derivation, FieldDescriptor, Given, RecordDescriptor } from './descriptor.js';

/** Returns what a company's settings say about a field whose values the product works out: nobody else writes it. */
export function computedParts(computed: ComputedSettings): Given {
  const derivedFrom = derivationOf(computed);
  return {
    computed,
    readOnly: true,
    required: false,
    importable: false,
    isUnique: false,
    ...(derivedFrom ? { derivedFrom } : {}),
  };
}

/** Returns what a value is made of, which decides who sees it; undefined for numbers that are given out. */
function derivationOf(computed: ComputedSettings): Derivation | undefined {
  switch (computed.kind) {
    case 'formula':
      return computed.sources;
    case 'rollup':
      return { from: [], counts: [{ objects: [computed.object], fields: rollupSources(computed) }] };
    case 'autoNumber':
      return undefined;
  }
}

/** Returns everything that a computed value is made of. */
export const computedSources = (computed: ComputedSettings): Derivation =>
  derivationOf(computed) ?? { from: [] };

/** Returns the fields of the counted records that decide about a roll-up: the reference, what is added up, and the filter's. */
export function rollupSources({ field, of, filter }: RollupSettings): string[] {
  const filtered = filter ? fieldsOf(filter).map(([key]) => key!) : [];
  return [...new Set([field, ...(of === undefined ? [] : [of]), ...filtered])];
}

/** Returns the computed fields of any object that read a field, without the field itself. */
export function computedReadersOf(
  registry: RecordRegistry,
  snapshot: TenantSnapshot,
  object: string,
  field: string,
): FieldDescriptor[] {
  return registry.allForTenant(snapshot).flatMap((descriptor) =>
    allFieldsOf(descriptor).filter(({ key, computed }) => {
      if (!computed || (descriptor.key === object && key === field)) return false;
      const sources = computedSources(computed);
      if (descriptor.key === object && ownSourcesOf(sources).includes(field)) return true;
      if (sources.counts?.some((each) => each.objects.includes(object) && each.fields.includes(field)))
        return true;
      return sources.from.some((source) => {
        const [own, far] = splitPath(source);
        return far === field && descriptor.byKey.get(own!)?.references === object;
      });
    }),
  );
}

/** A field with a formula. */
export type FormulaField = FieldDescriptor & { computed: FormulaSettings };
/** A field with a roll-up. */
export type RollupField = FieldDescriptor & { computed: RollupSettings };

/** Returns the object's fields with formulas. */
export function formulaFieldsOf({ fields }: RecordDescriptor): FormulaField[] {
  return fields.filter((f): f is FormulaField => f.computed?.kind === 'formula');
}

/** Returns the object's roll-ups. */
export function rollupFieldsOf({ fields }: RecordDescriptor): RollupField[] {
  return fields.filter((f): f is RollupField => f.computed?.kind === 'rollup');
}

/**
 * Returns the keys of derived fields that are made of something which the object doesn't have, or no longer has. Who may see them
 * can't be said, so nobody does.
 */
export function withoutSources(
  fields: readonly FieldDescriptor[],
  lines: readonly { key: string; fields: FieldDescriptor[] }[],
): Set<string> {
  const keys = new Set([
    ...fields.map((f) => f.key),
    ...lines.flatMap((collection) => [collection.key, ...collection.fields.map((f) => f.key)]),
  ]);
  const broken = new Set<string>();
  for (let before = -1; before !== broken.size; ) {
    before = broken.size;
    for (const f of fields)
      if (f.computed && f.derivedFrom && !ownSourcesOf(f.derivedFrom).every((key) => keys.has(key))) {
        broken.add(f.key);
        keys.delete(f.key);
      }
  }
  return broken;
}
