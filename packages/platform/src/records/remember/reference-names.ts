import { isLink, linkOf } from '@pellucid/conditions';
import { isUuid } from '../../context/index.js';
import type { FilterContext } from '../decide/index.js';
import { type FieldDescriptor, targetsIn } from '../describe/index.js';

/** Records whose names are looked up, by object, with a context of the actor. */
export type WantedNames = Map<string, { context: FilterContext; ids: Set<string> }>;

/** Names by object and id. */
export type FoundNames = Map<string, Map<string, string>>;

/** Adds the records that a value from the log refers to. What was masked does not count. */
export function wantNames(
  wanted: WantedNames,
  context: FilterContext,
  f: FieldDescriptor,
  value: unknown,
): void {
  for (const { object, id } of targetsIn(f, value)) {
    if (!isUuid(id) || !context.registry.has(object, context.snapshot)) continue;
    const of = wanted.get(object) ?? { context, ids: new Set() };
    wanted.set(object, { ...of, ids: of.ids.add(id) });
  }
}

/** Adds names to one or several references from the log; a masked one is unchanged. */
export function namedReference(f: FieldDescriptor, value: unknown, names: FoundNames): unknown {
  const name = (one: unknown) => {
    const [target] = targetsIn(f, one);
    if (!target || !isUuid(target.id)) return one ?? null;
    const called = names.get(target.object)?.get(target.id) ?? '';
    return isLink(f.traits.family)
      ? { ...linkOf(one as string), name: called }
      : { id: target.id, name: called };
  };
  return Array.isArray(value) ? value.map(name) : name(value);
}
