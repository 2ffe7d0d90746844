import { optionsOf } from '../describe/descriptor.js';
import { defineRecord } from '../describe/shared-fields.js';
import { field } from '../describe/descriptor.js';

/**
 * Descriptions over the platform's own record tables, so that the engine is tested without any module. The person
 * serves as an object with personal values.
 */
export const sampleDescriptors = [
  defineRecord({
    key: 'member',
    plural: 'members',
    label: 'Member',
    pluralLabel: 'Members',
    table: 'member',
    bumpsAccess: true,
    ownedByCreator: false,
    fields: [
      field.text('name', 'Name', { required: true, searchable: true }),
      field.email('email', 'E-mail', { searchable: true }),
      field.reference('team', 'Team', 'team'),
      field.reference('manager', 'Manager', 'member', { tree: true }),
      field.select('status', 'Status', optionsOf('active', 'external'), { default: () => 'external' }),
    ],
    uniques: [{ constraint: 'member_email_living_key', field: 'email', message: 'The e-mail is taken.' }],
  }),
  defineRecord({
    key: 'team',
    plural: 'teams',
    label: 'Team',
    pluralLabel: 'Teams',
    table: 'team',
    fields: [
      field.text('name', 'Name', { required: true, searchable: true }),
      field.reference('parent', 'Parent', 'team', { tree: true }),
      field.reference('manager', 'Manager', 'member'),
      field.longText('description', 'Description'),
    ],
    uniques: [{ constraint: 'team_name_living_key', field: 'name', message: 'The name is taken.' }],
  }),
  defineRecord({
    key: 'legalEntity',
    plural: 'legal-entities',
    label: 'Legal entity',
    pluralLabel: 'Legal entities',
    table: 'legal_entity',
    fields: [
      field.text('name', 'Name', { required: true, searchable: true }),
      field.currency('currency', 'Currency'),
    ],
  }),
  defineRecord({
    key: 'tag',
    plural: 'tags',
    label: 'Tag',
    pluralLabel: 'Tags',
    table: 'tag',
    fields: [
      field.text('name', 'Name', { required: true, searchable: true }),
      field.select('color', 'Colour', optionsOf('red', 'blue'), { openOptions: true }),
    ],
  }),
  defineRecord({
    key: 'account',
    plural: 'accounts',
    label: 'Account',
    pluralLabel: 'Accounts',
    table: 'account',
    fields: [
      field.text('name', 'Name', { required: true, searchable: true }),
      field.reference('parent', 'Parent', 'account', { tree: true }),
      field.select('industry', 'Industry', optionsOf('Retail', 'Health'), { openOptions: true }),
      field.money('annualRevenue', 'Revenue', { min: 0 }),
      field.number('employees', 'Employees', { min: 0 }),
      field.url('website', 'Website', { searchable: true }),
      field.phone('phone', 'Phone', { searchable: true }),
      field.email('email', 'E-mail'),
      field.text('city', 'City', { searchable: true }),
      field.text('country', 'Country'),
      field.longText('description', 'Description'),
    ],
  }),
];
