import { nextActivityFields } from '@pellucid/modules/activities';
import { accountRecord } from '@pellucid/modules/accounts';
import { SALES_DATA } from '@pellucid/platform/access';
import { defineRecord, field, optionsOf } from '@pellucid/platform/records';
import { leadTextsDe } from './leads.texts-de.js';

const personal = { pii: 'personal' } as const;
const personName = { ...personal, names: 'person' } as const;

/** A person who may become a customer. */
export const leadRecord = defineRecord({
  key: 'lead',
  texts: { de: leadTextsDe },
  plural: 'leads',
  label: 'Lead',
  pluralLabel: 'Leads',
  table: 'lead',
  displayName: (state) => {
    const person = [state['firstName'], state['lastName']].filter(Boolean).join(' ').trim();
    return person || String(state['company'] ?? '') || String(state['email'] ?? '') || 'Lead';
  },
  nameFields: ['firstName', 'lastName'],
  nameFallbacks: ['company', 'email'],
  // Work continues on the account, contact and deal.
  frozen: {
    when: { field: 'convertedAt', op: 'exists' },
    code: 'leadConverted',
    message:
      "This lead was converted and can't be changed or reopened. Continue with its account, contact or opportunity.",
  },
  verbs: [
    { key: 'convert', label: 'Convert' },
    { key: 'disqualify', label: 'Disqualify' },
    { key: 'reopen', label: 'Reopen' },
  ],
  verbsTell: { converted: ['status'], disqualified: ['status'], reopened: ['status'] },
  presentation: {
    icon: 'userSearch',
    order: 10,
    keyFacts: ['company', 'status', 'rating', 'owner'],
    askedBySteps: ['disqualifyReason'],
  },
  roles: SALES_DATA,
  sameBy: { email: ['email'] },
  ownersByRules: true,
  fields: [
    field.text('firstName', 'First name', {
      ...personName,
      maxLength: 100,
      searchable: true,
      defaultColumn: true,
      section: 'Person',
    }),
    field.text('lastName', 'Last name', {
      ...personName,
      maxLength: 100,
      searchable: true,
      defaultColumn: true,
      section: 'Person',
    }),
    field.text('company', 'Company', {
      names: 'company',
      maxLength: 200,
      searchable: true,
      defaultColumn: true,
      section: 'Company',
    }),
    field.text('jobTitle', 'Job title', { maxLength: 150, searchable: true, section: 'Person' }),
    field.email('email', 'E-mail', { searchable: true, defaultColumn: true, section: 'Person' }),
    field.phone('phone', 'Phone', { searchable: true, section: 'Person' }),
    field.phone('mobile', 'Mobile', { searchable: true, section: 'Person' }),
    field.select('status', 'Status', optionsOf('New', 'Working', 'Nurturing', 'Qualified', 'Disqualified'), {
      required: true,
      default: () => 'New',
      defaultColumn: true,
      section: 'Status',
      help: '"Qualified" is set when you convert the lead.',
    }),
    field.select('rating', 'Rating', optionsOf('Hot', 'Warm', 'Cold'), {
      defaultColumn: true,
      section: 'Status',
    }),
    field.select(
      'source',
      'Source',
      optionsOf('Web', 'Phone', 'E-mail', 'Referral', 'Partner', 'Event', 'Advertisement', 'Other'),
      {
        openOptions: true,
        maxLength: 100,
        defaultColumn: true,
        section: 'Status',
      },
    ),
    field.select('industry', 'Industry', accountRecord.byKey.get('industry')!.options!, {
      openOptions: true,
      maxLength: 100,
      section: 'Company',
    }),
    field.url('website', 'Website', { searchable: true, section: 'Company' }),
    field.text('street', 'Street', { ...personal, filterable: false, section: 'Address' }),
    field.text('postalCode', 'Postal code', {
      ...personal,
      filterable: false,
      maxLength: 30,
      section: 'Address',
    }),
    field.text('city', 'City', { ...personal, section: 'Address' }),
    field.text('region', 'Region', { ...personal, section: 'Address' }),
    field.text('country', 'Country', { ...personal, section: 'Address' }),
    ...nextActivityFields('Status'),
    field.text('disqualifyReason', 'Disqualification reason', { section: 'Status' }),
    field.datetime('convertedAt', 'Converted at', {
      readOnly: true,
      importable: true,
      derivedFrom: ['status'],
      section: 'Conversion',
    }),
    field.reference('convertedAccount', 'Converted to account', 'account', {
      readOnly: true,
      importable: true,
      onTimeline: true,
      derivedFrom: ['status'],
      section: 'Conversion',
    }),
    field.reference('convertedContact', 'Converted to contact', 'contact', {
      readOnly: true,
      importable: true,
      onTimeline: true,
      derivedFrom: ['status'],
      section: 'Conversion',
    }),
    field.reference('convertedOpportunity', 'Converted to opportunity', 'opportunity', {
      readOnly: true,
      importable: true,
      onTimeline: true,
      derivedFrom: ['status'],
      section: 'Conversion',
    }),
    field.longText('description', 'Description', { ...personal, section: 'Notes' }),
  ],
});
