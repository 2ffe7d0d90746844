import { CONFIGURATION } from '@pellucid/platform/access';
import { defineRecord, field } from '@pellucid/platform/records';
import { legalEntityTextsDe } from './legal-entities.texts-de.js';

/** One of the tenant's own companies; each record belongs to one. */
export const legalEntityRecord = defineRecord({
  key: 'legalEntity',
  texts: { de: legalEntityTextsDe },
  plural: 'legal-entities',
  label: 'Legal entity',
  pluralLabel: 'Legal entities',
  table: 'legal_entity',
  bumpsAccess: true,
  ownedByCreator: false,
  defaultSort: 'name',
  listed: false,
  presentation: { icon: 'bank', order: 110, keyFacts: [] },
  roles: CONFIGURATION,
  fields: [
    field.text('name', 'Name', { required: true, maxLength: 200, searchable: true, defaultColumn: true }),
    field.text('registrationNumber', 'Registration number', {
      filterable: false,
      maxLength: 100,
      defaultColumn: true,
    }),
    field.text('country', 'Country', { maxLength: 100, defaultColumn: true }),
    field.currency('currency', 'Currency', {
      defaultColumn: true,
      help: 'The currency it bills in. Its new opportunities start with it. If empty, the base currency.',
    }),
  ],
  uniques: [
    {
      constraint: 'legal_entity_name_living_key',
      field: 'name',
      message: 'Another legal entity already has this name.',
    },
  ],
});
