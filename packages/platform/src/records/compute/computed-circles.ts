import { splitPath } from '@pellucid/conditions';
import type { ComputedSettings, TenantSnapshot } from '../../access/index.js';
import { computedSources, type RecordDescriptor, type RecordRegistry } from '../describe/index.js';

/** A computed field that is to be added or changed. */
export interface NewComputed {
  object: RecordDescriptor;
  key: string;
  computed: ComputedSettings;
}

/**
 * Returns the labels of fields that would be made of each other, beginning and ending with the new one; undefined if there is no
 * circle.
 */
export function circleOf(
  registry: RecordRegistry,
  snapshot: TenantSnapshot,
  added: NewComputed,
): string[] | undefined {
  const start = `${added.object.key}/${added.key}`;
  const seen = new Set<string>();
  const follow = (object: RecordDescriptor, key: string, path: string[]): string[] | undefined => {
    const place = `${object.key}/${key}`;
    if (place === start && path.length) return [...path, labelOf(object, key)];
    if (seen.has(place)) return undefined;
    seen.add(place);
    const computed = place === start ? added.computed : object.byKey.get(key)?.computed;
    if (!computed) return undefined;
    const here = [...path, labelOf(object, key)];
    for (const next of sourcesOf(registry, snapshot, object, computed)) {
      const circle = follow(next.object, next.key, here);
      if (circle) return circle;
    }
    return undefined;
  };
  return follow(added.object, added.key, []);
}

function labelOf(object: RecordDescriptor, key: string): string {
  return object.byKey.get(key)?.label ?? key.replace(/^custom\./, '');
}

/** Returns the fields that a value is made of, of whatever object. */
function sourcesOf(
  registry: RecordRegistry,
  snapshot: TenantSnapshot,
  object: RecordDescriptor,
  computed: ComputedSettings,
): { object: RecordDescriptor; key: string }[] {
  const { from, counts = [] } = computedSources(computed);
  return [
    ...from.flatMap((source) => {
      const [key, far] = splitPath(source) as [string, string?];
      if (far === undefined) return [{ object, key }];
      const references = object.byKey.get(key)?.references;
      return references !== undefined && registry.has(references, snapshot)
        ? [{ object: registry.forTenant(references, snapshot), key: far }]
        : [];
    }),
    ...counts.flatMap(({ objects, fields }) =>
      objects
        .filter((key) => registry.has(key, snapshot))
        .flatMap((of) => fields.map((key) => ({ object: registry.forTenant(of, snapshot), key }))),
    ),
  ];
}
