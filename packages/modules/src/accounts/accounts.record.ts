import { SALES_DATA } from '@pellucid/platform/access';
import { convertedSql } from '@pellucid/platform/money';
import { defineRecord, field, optionsOf } from '@pellucid/platform/records';
import { accountTextsDe } from './accounts.texts-de.js';

/** A company that is a customer or a prospect. */
export const accountRecord = defineRecord({
  key: 'account',
  texts: { de: accountTextsDe },
  plural: 'accounts',
  label: 'Account',
  pluralLabel: 'Accounts',
  table: 'account',
  presentation: {
    icon: 'building',
    order: 30,
    mark: 'avatar',
    keyFacts: ['industry', 'annualRevenue', 'country', 'owner'],
  },
  roles: SALES_DATA,
  sameBy: { website: ['website'] },
  fields: [
    field.text('name', 'Name', {
      names: 'company',
      required: true,
      maxLength: 200,
      searchable: true,
      defaultColumn: true,
      section: 'Company',
    }),
    field.reference('parent', 'Parent account', 'account', { tree: true, section: 'Company' }),
    field.select(
      'industry',
      'Industry',
      optionsOf(
        'Technology',
        'Finance',
        'Health',
        'Manufacturing',
        'Retail',
        'Services',
        'Education',
        'Government',
        'Other',
      ),
      { openOptions: true, maxLength: 100, defaultColumn: true, section: 'Company' },
    ),
    field.money('annualRevenue', 'Annual revenue', {
      min: 0,
      defaultColumn: true,
      keptIn: 'baseCurrency',
      inBaseSql: (alias, to) => convertedSql({ alias, column: 'annual_revenue', day: to.today }, to),
      section: 'Company',
      help: 'In the base currency.',
    }),
    field.currency('baseCurrency', 'Base currency', {
      readOnly: true,
      filterable: false,
      derivedFrom: ['annualRevenue'],
      section: 'Company',
      help: 'The currency that the annual revenue is in.',
    }),
    field.number('employees', 'Employees', { min: 0, defaultColumn: true, section: 'Company' }),
    field.number('yearEstablished', 'Year established', { min: 1000, max: 9999, section: 'Company' }),
    field.url('website', 'Website', { searchable: true, section: 'Contact' }),
    field.phone('phone', 'Phone', { pii: 'internal', searchable: true, section: 'Contact' }),
    field.email('email', 'E-mail', { pii: 'internal', searchable: true, section: 'Contact' }),
    field.text('street', 'Street', { filterable: false, section: 'Address' }),
    field.text('postalCode', 'Postal code', { filterable: false, maxLength: 30, section: 'Address' }),
    field.text('city', 'City', { searchable: true, section: 'Address' }),
    field.text('region', 'Region', { section: 'Address' }),
    field.text('country', 'Country', { defaultColumn: true, section: 'Address' }),
    field.longText('description', 'Description', { section: 'Notes' }),
  ],
});
