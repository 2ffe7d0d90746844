import { SALES_DATA } from '@pellucid/platform/access';
import { defineRecord, field } from '@pellucid/platform/records';
import { accountsLink, firstAccountLink, primaryOfLink, roleLink } from './account-links.js';
import { contactTextsDe } from './contacts.texts-de.js';

const personal = { pii: 'personal' } as const;
const personName = { ...personal, names: 'person' } as const;

/** A person at one or more accounts. */
export const contactRecord = defineRecord({
  key: 'contact',
  texts: { de: contactTextsDe },
  plural: 'contacts',
  label: 'Contact',
  pluralLabel: 'Contacts',
  table: 'contact',
  displayName: (state) =>
    [state['firstName'], state['lastName']].filter(Boolean).join(' ').trim() ||
    String(state['email'] ?? '') ||
    'Contact',
  nameFields: ['firstName', 'lastName'],
  nameFallbacks: ['email'],
  verbsTell: {
    contactLinked: ['account'],
    contactUnlinked: ['account'],
    becamePrimary: ['account'],
    primaryReplaced: ['account'],
  },
  presentation: {
    icon: 'user',
    order: 40,
    isPerson: true,
    keyFacts: ['jobTitle', 'account', 'email', 'phone'],
  },
  roles: SALES_DATA,
  sameBy: { email: ['email'] },
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
    field.email('email', 'E-mail', { searchable: true, defaultColumn: true, section: 'Person' }),
    field.phone('phone', 'Phone', { searchable: true, defaultColumn: true, section: 'Person' }),
    field.phone('mobile', 'Mobile', { searchable: true, section: 'Person' }),
    field.text('jobTitle', 'Job title', {
      maxLength: 150,
      searchable: true,
      defaultColumn: true,
      section: 'Work',
    }),
    field.text('department', 'Department', { maxLength: 150, section: 'Work' }),
    // The order of these four is the order in which their links are written: see account-links.ts.
    field.reference('account', 'Account', 'account', {
      link: firstAccountLink,
      defaultColumn: true,
      section: 'Work',
      help: 'The first account the contact is linked to.',
    }),
    field.references('accounts', 'All accounts', 'account', accountsLink, {
      readOnly: true,
      belongsTo: true,
      derivedFrom: ['account'],
      section: 'Work',
    }),
    field.text('role', 'Role', {
      link: roleLink,
      derivedFrom: ['account'],
      maxLength: 100,
      section: 'Work',
      help: 'The contact\'s role at the account, such as "Decision maker".',
    }),
    field.references('primaryOf', 'Primary contact of', 'account', primaryOfLink, {
      readOnly: true,
      derivedFrom: ['account'],
      section: 'Work',
    }),
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
    field.longText('description', 'Description', { ...personal, section: 'Notes' }),
  ],
});
