import type { Derivation, RecordDescriptor } from './descriptor.js';
import { allFieldsOf, fieldOf, partOf } from './owned-lines.js';
import type { RecordRegistry } from './registry.js';

/**
 * Returns the record's own fields that a value is made of, those of its lines too; for a path, the reference that it
 * starts with.
 */
export function ownSourcesOf({ from, lines = [] }: Derivation): string[] {
  return [...new Set([...from.map((source) => source.split('.')[0]!), ...lines])];
}

/**
 * Checks the descriptions of derived values.
 * @throws Error for a source that is not a field, or a marker that is not a stored boolean
 */
export function checkDerivations(registry: RecordRegistry): void {
  for (const descriptor of registry.all())
    for (const f of [...allFieldsOf(descriptor), ...descriptor.lines]) {
      if (!f.derivedFrom) continue;
      const refuse = (source: string, why: string) => {
        throw new Error(`${descriptor.key}: "${f.key}" is derived from "${source}", which ${why}`);
      };
      const { where, from, lines = [] } = f.derivedFrom;
      const mark = where === undefined ? undefined : descriptor.byKey.get(where);
      if (where !== undefined && (mark?.traits.family !== 'boolean' || !mark.storage.columns.length))
        throw new Error(
          `${descriptor.key}: "${f.key}" is derived where "${where}", which is no stored boolean field`,
        );
      for (const source of lines)
        if (!fieldOf(descriptor, source)?.line) refuse(source, 'is no field of lines');
      for (const source of from) {
        const [own, far, ...rest] = source.split('.');
        const reference = descriptor.byKey.get(own!);
        if (!reference) refuse(source, 'is no field');
        if (rest.length) refuse(source, 'leads further than one reference');
        if (
          far !== undefined &&
          (reference!.traits.family !== 'reference' || !registry.get(reference!.references!).byKey.has(far))
        )
          refuse(source, 'leads to no field');
      }
      walk(descriptor, f.key, []);
    }
}

function walk(descriptor: RecordDescriptor, key: string, way: string[]): void {
  if (way.includes(key))
    throw new Error(`${descriptor.key}: "${key}" is derived from itself, by ${way.join(', ')}`);
  const derivation = partOf(descriptor, key)?.derivedFrom;
  for (const source of derivation ? ownSourcesOf(derivation) : []) walk(descriptor, source, [...way, key]);
}
