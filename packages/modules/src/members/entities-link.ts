import { manyToMany } from '@pellucid/platform/records';

/** Legal entities that a member works for, in the table member_entity; the one set on the member itself is included. */
export const entitiesLink = manyToMany({
  table: 'member_entity',
  own: 'member_id',
  target: 'legal_entity_id',
  targetTable: 'legal_entity',
  holdsOn: true,
});
