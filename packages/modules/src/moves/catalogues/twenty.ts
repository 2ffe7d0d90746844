import { inWords, type RecordFile, type SourceSystem } from './source-system.js';

const later = (name: string, object: string, signature: string[]): RecordFile => ({
  kind: 'records',
  name,
  object,
  signature,
  id: 'Id',
  columns: { Id: 'externalId', 'Creation date': 'createdAt' },
});

/** Twenty, by the CSV exports of its lists, with all columns shown. */
export const TWENTY: SourceSystem = {
  key: 'twenty',
  label: 'Twenty',
  files: [
    {
      kind: 'records',
      name: 'Company',
      signature: ['Id', 'Name', 'Domain Name / Link URL'],
      object: 'account',
      id: 'Id',
      columns: {
        Id: 'externalId',
        Name: 'name',
        'Domain Name / Link URL': 'website',
        Employees: 'employees',
        'ARR / Amount': 'annualRevenue',
        'Address / Address 1': 'street',
        'Address / Post Code': 'postalCode',
        'Address / City': 'city',
        'Address / State': 'region',
        'Address / Country': 'country',
        'Account Owner Id': 'owner',
        'Creation date': 'createdAt',
      },
    },
    {
      kind: 'records',
      name: 'Person',
      signature: ['Id', 'Name / First Name', 'Name / Last Name'],
      object: 'contact',
      id: 'Id',
      columns: {
        Id: 'externalId',
        'Name / First Name': 'firstName',
        'Name / Last Name': 'lastName',
        'Emails / Primary Email': 'email',
        'Phones / Primary Phone Number': 'phone',
        'Job Title': 'jobTitle',
        City: 'city',
        'Company Id': 'account',
        'Company (ID)': 'account',
        'Creation date': 'createdAt',
      },
    },
    {
      kind: 'records',
      name: 'Opportunity',
      signature: ['Id', 'Name', 'Stage', 'Close date'],
      object: 'opportunity',
      id: 'Id',
      columns: {
        Id: 'externalId',
        Name: 'name',
        Stage: { field: 'stage', read: inWords },
        'Amount / Amount': 'amount',
        'Amount / Currency': 'currency',
        'Close date': { field: 'closeDate', read: (text) => text.split(/[ T]/)[0]! },
        'Company Id': 'account',
        'Company (ID)': 'account',
        'Point of Contact Id': 'contact',
        'Point of Contact (ID)': 'contact',
        'Owner Id': 'owner',
        'Creation date': 'createdAt',
      },
      // "Customer" is the last of the stages that Twenty begins with.
      outcome: (cell) => (cell('Stage').toLowerCase() === 'customer' ? 'won' : undefined),
    },
    later('Task', 'task', ['Id', 'Title', 'Due Date']),
    later('Note', 'note', ['Id', 'Title', 'Body']),
  ],
};
