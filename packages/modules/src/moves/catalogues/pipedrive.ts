import { type RecordFile, type SourceSystem } from './source-system.js';

const later = (name: string, object: string, signature: string[]): RecordFile => ({
  kind: 'records',
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
        'Organization - Address': 'street',
        'Organization - City/town/village/locality of Address': 'city',
        'Organization - State/county of Address': 'region',
        'Organization - Country of Address': 'country',
        'Organization - ZIP/Postal code of Address': 'postalCode',
        'Organization - Website': 'website',
        'Organization - Industry': 'industry',
        'Organization - Annual revenue': 'annualRevenue',
        'Organization - Number of employees': 'employees',
        'Organization - Organization created': 'createdAt',
        'Organization - Label': 'tags',
        'Organization - Labels': 'tags',
      },
    },
    {
      kind: 'records',
      name: 'Person',
      signature: ['Person - ID', 'Person - Name'],
      object: 'contact',
      id: 'Person - ID',
      columns: {
        'Person - ID': 'externalId',
        'Person - First name': 'firstName',
        'Person - Last name': 'lastName',
        'Person - Name': 'lastName',
        'Person - Email - Work': 'email',
        'Person - Email': 'email',
        'Person - Phone - Work': 'phone',
        'Person - Phone': 'phone',
        'Person - Phone - Mobile': 'mobile',
        'Person - Job title': 'jobTitle',
        'Person - Organization ID': 'account',
        'Person - Organization': { field: 'account', by: 'name' },
        'Person - Owner': 'owner',
        'Person - Person created': 'createdAt',
        'Person - Label': 'tags',
        'Person - Labels': 'tags',
      },
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
          read: (text, cell) =>
            (cell('Deal - Won time') || cell('Deal - Lost time') || text).split(/[ T]/)[0]!,
        },
        'Deal - Lost reason': 'closeReason',
        'Deal - Organization ID': 'account',
        'Deal - Organization': { field: 'account', by: 'name' },
        'Deal - Contact person ID': 'contact',
        'Deal - Contact person': { field: 'contact', by: 'name' },
        'Deal - Owner': 'owner',
        'Deal - Deal created': 'createdAt',
        'Deal - Creator': 'createdBy',
        'Deal - Label': 'tags',
        'Deal - Labels': 'tags',
      },
      ignored: ['Deal - Pipeline', 'Deal - Status', 'Deal - Won time', 'Deal - Lost time'],
      outcome: (cell) => {
        const stage = dealStage('', cell);
        return stage === 'Won' ? 'won' : stage === 'Lost' ? 'lost' : undefined;
      },
    },
    later('Activity', 'task', ['Activity - ID', 'Activity - Subject']),
    later('Note', 'note', ['Note - ID', 'Note - Content']),
    later('Lead', 'pipedriveLead', ['Lead - ID', 'Lead - Title']),
  ],
};
