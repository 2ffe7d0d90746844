import {
  dayOf,
  personNames,
  type RecordFile,
  type SourceColumn,
  type SourceSystem,
} from './source-system.js';

const later = (name: string, object: string, signature: string[]): RecordFile => ({
  kind: 'records',
  isUnmapped: true,
  name,
  object,
  signature,
  id: `${name} - ID`,
  columns: { [`${name} - ID`]: 'externalId' },
});

/** Deals that are over keep the stage in which they ended; here, they go to the won or lost stage. */
function dealStage(stage: string, cell: (column: string) => string): string {
  const status = cell('Deal - Status').trim().toLowerCase();
  if (status === 'won' || status === 'gewonnen') return 'Won';
  return status === 'lost' || status === 'verloren' ? 'Lost' : stage;
}

/**
 * Columns of an address. The field is one that companies may rename or add, and columns of its parts are named after it.
 * @param fields what the field may be called
 */
function address(entity: string, ...fields: string[]): Record<string, string | SourceColumn> {
  const columns: Record<string, string | SourceColumn> = {};
  for (const name of fields) {
    const part = (of: string) => `${entity} - ${of} of ${name}`;
    columns[part('Street/road name')] = {
      field: 'street',
      read: (text, cell) =>
        text ? `${text} ${cell(part('House number'))}`.trim() : cell(`${entity} - ${name}`),
    };
    columns[`${entity} - ${name}`] = 'street';
    columns[part('City/town/village/locality')] = 'city';
    columns[part('State/county')] = 'region';
    columns[part('Country')] = 'country';
    columns[part('ZIP/Postal code')] = 'postalCode';
  }
  return columns;
}

/** A column for work, or if its cell is empty, the first of others that has something. */
const first = (field: string, ...others: string[]): SourceColumn => ({
  field,
  read: (text, cell) => [text, ...others.map((column) => cell(column))].find((one) => one.trim()) ?? '',
});

/** What an address is made of besides, and what Pipedrive counts. */
const UNUSED = [
  / - (Apartment\/suite no|House number|District\/sublocality|Region|Latitude|Longitude|Full\/combined address) of /i,
  / - (Update time|Visible to|Profile picture|(Last|Next) activity date|(Total|Done) activities|Activities to do)$/i,
  / - (Email|Phone) - (Home|Other)$/i,
  / - (People|(Open|Closed|Won|Lost) deals|Email messages count|Last email (received|sent))$/i,
];

/** Pipedrive, by its CSV or XLSX exports of organizations, people and deals, with all columns. Names link its files. */
export const PIPEDRIVE: SourceSystem = {
  key: 'pipedrive',
  label: 'Pipedrive',
  idPrefix: 'pipedrive:',
  files: [
    {
      kind: 'records',
      name: 'Organization',
      signature: ['Organization - ID', 'Organization - Name'],
      object: 'account',
      id: 'Organization - ID',
      columns: {
        'Organization - ID': 'externalId',
        'Organization - Name': 'name',
        'Organization - Owner': 'owner',
        ...address('Organization', 'Address', 'Company Address'),
        'Organization - Website': 'website',
        'Organization - Industry': 'industry',
        'Organization - Annual revenue': 'annualRevenue',
        'Organization - Number of employees': 'employees',
        'Organization - Organization created': 'createdAt',
        'Organization - Labels': 'tags',
        'Organization - Label': 'tags',
      },
      ignored: UNUSED,
    },
    {
      kind: 'records',
      name: 'Person',
      signature: ['Person - ID', 'Person - Name'],
      object: 'contact',
      id: 'Person - ID',
      columns: {
        'Person - ID': 'externalId',
        ...personNames('Person - First name', 'Person - Last name', 'Person - Name'),
        'Person - Name': 'lastName',
        ...address('Person', 'Postal address', 'Address'),
        'Person - Email - Work': first('email', 'Person - Email - Home', 'Person - Email - Other'),
        'Person - Email': 'email',
        'Person - Phone - Work': first('phone', 'Person - Phone - Home', 'Person - Phone - Other'),
        'Person - Phone': 'phone',
        'Person - Phone - Mobile': 'mobile',
        'Person - Job title': 'jobTitle',
        'Person - Organization ID': 'account',
        'Person - Organization': { field: 'account', by: 'name' },
        'Person - Owner': 'owner',
        'Person - Person created': 'createdAt',
        'Person - Labels': 'tags',
        'Person - Label': 'tags',
      },
      ignored: UNUSED,
    },
    {
      kind: 'records',
      name: 'Deal',
      signature: ['Deal - ID', 'Deal - Title', 'Deal - Stage'],
      object: 'opportunity',
      id: 'Deal - ID',
      columns: {
        'Deal - ID': 'externalId',
        'Deal - Title': 'name',
        'Deal - Stage': { field: 'stage', pipeline: 'Deal - Pipeline', read: dealStage },
        'Deal - Value': 'amount',
        'Deal - Currency of Value': 'currency',
        'Deal - Currency': 'currency',
        'Deal - Probability': 'probability',
        'Deal - Expected close date': {
          field: 'closeDate',
          read: (text, cell) => dayOf(cell('Deal - Won time') || cell('Deal - Lost time') || text),
        },
        'Deal - Lost reason': 'closeReason',
        'Deal - Organization ID': 'account',
        'Deal - Organization': { field: 'account', by: 'name' },
        'Deal - Contact person ID': 'contact',
        'Deal - Contact person': { field: 'contact', by: 'name' },
        'Deal - Owner': 'owner',
        'Deal - Deal created': 'createdAt',
        'Deal - Creator': 'createdBy',
        'Deal - Labels': 'tags',
        'Deal - Label': 'tags',
      },
      ignored: [
        ...UNUSED,
        'Deal - Pipeline',
        'Deal - Status',
        'Deal - Won time',
        'Deal - Lost time',
        'Deal - Deal closed on',
        'Deal - Last stage change',
        / - (Currency of )?Weighted value$/i,
      ],
      outcome: (cell) => {
        const stage = dealStage('', cell);
        return stage === 'Won' ? 'won' : stage === 'Lost' ? 'lost' : undefined;
      },
    },
    later('Activity', 'task', ['Activity - Subject', 'Activity - Type']),
    later('Note', 'note', ['ID', 'Content', 'Note is pinned to deal']),
    later('Lead', 'pipedriveLead', ['Lead - ID', 'Lead - Title']),
  ],
};
