import { CONFIGURATION } from '@pellucid/platform/access';
import { defineRecord, field } from '@pellucid/platform/records';
import { teamTextsDe } from './teams.texts-de.js';

/** A group of members; teams form a tree. */
export const teamRecord = defineRecord({
  key: 'team',
  texts: { de: teamTextsDe },
  plural: 'teams',
  label: 'Team',
  pluralLabel: 'Teams',
  table: 'team',
  bumpsAccess: true,
  ownedByCreator: false,
  defaultSort: 'name',
  listed: false,
  presentation: { icon: 'users', order: 90, keyFacts: [] },
  roles: CONFIGURATION,
  fields: [
    field.text('name', 'Name', { required: true, maxLength: 200, searchable: true, defaultColumn: true }),
    field.reference('parent', 'Parent team', 'team', { tree: true, defaultColumn: true, framesAccess: true }),
    field.reference('manager', 'Manager', 'member', { defaultColumn: true, framesAccess: true }),
    field.longText('description', 'Description', { maxLength: 2000 }),
  ],
  uniques: [
    { constraint: 'team_name_living_key', field: 'name', message: 'Another team already has this name.' },
  ],
});
