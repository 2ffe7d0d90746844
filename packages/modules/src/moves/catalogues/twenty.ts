import {
  type CellOf,
  dayOf,
  inWords,
  personNames,
  type RecordFile,
  type SourceSystem,
} from './source-system.js';

const later = (name: string, object: string, signature: string[]): RecordFile => ({
  kind: 'records',
  isUnmapped: true,
  name,
  object,
  signature,
  id: 'Id',
  columns: { Id: 'externalId', 'Creation date': 'createdAt' },
});

/** Records name who made them, or that the program did. */
const created = {
  'Creation date': 'createdAt',
  'Created by / Name': {
    field: 'createdBy',
    read: (text: string) => (text === 'System' ? '' : text),
  },
} as const;

/** A number is exported beside the code of its country. */
const number = (field: string, beside: string) => ({
  field,
  read: (text: string, cell: CellOf) => {
    const code = cell(`${beside} / Primary Phone Calling Code`).trim();
    return text && code && !text.startsWith('+') ? `${code} ${text}` : text;
  },
});

const UNUSED = [
  /^created by \//i,
  /^updated by \//i,
  /^(last update|deleted at|position)$/i,
  / country code$/i,
  / calling code$/i,
];

/** Twenty, by the CSV exports of its lists, with all columns shown. */
export const TWENTY: SourceSystem = {
  key: 'twenty',
  label: 'Twenty',
  personIds: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  guard: /^\u200d(?=[=+\-@\t\r])/,
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
        'Annual Revenue / Amount': 'annualRevenue',
        'Address / Address 1': 'street',
        'Address / Post Code': 'postalCode',
        'Address / City': 'city',
        'Address / State': 'region',
        'Address / Country': 'country',
        'Account Owner Id': 'owner',
        'Account Owner (ID)': 'owner',
        ...created,
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
        ...personNames('Name / First Name', 'Name / Last Name', 'Emails / Primary Email', 'Id'),
        'Emails / Primary Email': 'email',
        'Phones / Primary Phone Number': number('phone', 'Phones'),
        'Job Title': 'jobTitle',
        City: 'city',
        'Company Id': 'account',
        'Company (ID)': 'account',
        ...created,
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
        'Close date': { field: 'closeDate', read: dayOf },
        'Company Id': 'account',
        'Company (ID)': 'account',
        'Point of Contact Id': 'contact',
        'Point of Contact (ID)': 'contact',
        'Owner Id': 'owner',
        'Owner (ID)': 'owner',
        ...created,
      },
      ignored: UNUSED,
      // "Customer" is the last of the stages that Twenty begins with.
      outcome: (cell) => (cell('Stage').toLowerCase() === 'customer' ? 'won' : undefined),
    },
    later('Task', 'task', ['Id', 'Title', 'Due Date']),
    later('Note', 'note', ['Id', 'Title', 'Body']),
  ],
};
