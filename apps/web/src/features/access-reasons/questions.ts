import type { ObjectDescription } from '@/records/object-description';

/** Actions on an existing record that every object has. */
const RECORD_ACTIONS = ['read', 'update', 'delete', 'assign', 'reveal', 'bulk', 'export'];
/** Actions that don't concern a single record. */
const OBJECT_ACTIONS = ['create', 'import'];
/** Actions that can be asked about for a single field. */
const FIELD_ACTIONS = new Set(['read', 'update', 'create', 'import', 'reveal']);

/** Every action that can be asked about. For an object without a description, only viewing. */
export function actionsOf(object: ObjectDescription | undefined, hasRecord: boolean): string[] {
  if (!object) return ['read'];
  const verbs = object.verbs?.map(({ key }) => key) ?? [];
  return [...RECORD_ACTIONS, ...(hasRecord ? [] : OBJECT_ACTIONS), ...verbs];
}

/** Whether the action can be asked about for a single field. */
export function isAboutFields(action: string): boolean {
  return FIELD_ACTIONS.has(action);
}
