import { CONFIGURATION } from '@pellucid/platform/access';
import { defineRecord, field } from '@pellucid/platform/records';
import { entitiesLink } from './entities-link.js';
import { memberTextsDe } from './members.texts-de.js';

/** A person inside the tenant. Members with a log-in are invited; others come from an import and only own records. */
export const memberRecord = defineRecord({
  key: 'member',
  texts: { de: memberTextsDe },
  plural: 'members',
  label: 'Person',
  pluralLabel: 'People',
  table: 'member',
  bumpsAccess: true,
  ownedByCreator: false,
  defaultSort: 'name',
  listed: false,
  presentation: {
    icon: 'id',
    order: 100,
    isPerson: true,
    mark: 'avatar',
    keyFacts: ['email', 'team', 'manager'],
    offered: {
      present: { field: 'status', op: 'neq', value: 'inactive' },
      logIn: { field: 'status', op: 'eq', value: 'active' },
    },
  },
  roles: CONFIGURATION,
  emailField: 'email',
  fields: [
    field.text('name', 'Name', { required: true, maxLength: 200, searchable: true, defaultColumn: true }),
    field.email('email', 'E-mail', { pii: 'internal', searchable: true, defaultColumn: true }),
    field.reference('team', 'Team', 'team', { defaultColumn: true, framesAccess: true }),
    field.reference('manager', 'Manager', 'member', { tree: true, defaultColumn: true }),
    field.select(
      'status',
      'Status',
      [
        { value: 'active', label: 'Active' },
        { value: 'invited', label: 'Invited' },
        { value: 'inactive', label: 'Inactive' },
        { value: 'external', label: 'Without log-in' },
      ],
      {
        readOnly: true,
        defaultColumn: true,
        default: () => 'external',
        help: 'Set by invitations and administrators.',
      },
    ),
    field.reference('legalEntity', 'Legal entity', 'legalEntity', {
      section: 'Ownership',
      framesAccess: true,
    }),
    field.references('legalEntities', 'Legal entities', 'legalEntity', entitiesLink, {
      section: 'Ownership',
      framesAccess: true,
      help: 'Further legal entities that count for the scope "Legal entity".',
    }),
  ],
  uniques: [
    {
      constraint: 'member_email_living_key',
      field: 'email',
      message: 'Another member already has this e-mail address.',
    },
  ],
});
