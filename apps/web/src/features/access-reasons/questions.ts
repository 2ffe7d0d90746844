import type { ObjectDescription } from '@/records/object-description';

/** Actions of every object that are about a record there is. */
const RECORD_ACTIONS = ['read', 'update', 'delete', 'assign', 'reveal', 'bulk'];
/** Actions that are about no single record. */
const OBJECT_ACTIONS = ['create', 'import'];
/** Actions of which one may ask about a single field. */
const FIELD_ACTIONS = new Set(['read', 'update', 'create', 'import', 'reveal']);

/** Every action one may ask about. Without a description only whether one may see anything. */
export function actionsOf(object: ObjectDescription | undefined, hasRecord: boolean): string[] {
  if (!object) return ['read'];
  const verbs = object.verbs?.map(({ key }) => key) ?? [];
  return [...RECORD_ACTIONS, ...(hasRecord ? [] : OBJECT_ACTIONS), ...verbs];
}

export function isAboutFields(action: string): boolean {
  return FIELD_ACTIONS.has(action);
}
