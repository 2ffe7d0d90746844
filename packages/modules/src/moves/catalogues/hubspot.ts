import { categoryByName } from '../planning/stage-names.rules.js';
import { firstItem, inWords, type RecordFile, type SourceSystem } from './source-system.js';

const words = (field: string) => ({ field, read: inWords });
const first = (field: string) => ({ field, read: firstItem });

/** Files whose rows Pellucid may hold one day. Until then, they are named as not brought. */
const later = (name: string, object: string, signature: string[]): RecordFile => ({
  kind: 'records',
  name,
  object,
  signature,
  id: 'Record ID',
  columns: { 'Record ID': 'externalId' },
});

/** Lifecycle stages and lead statuses of contacts stay on the contact: HubSpot's leads are contacts. */
const UNUSED = [
  'Associated Company',
  'Associated Contact',
  'Associated Deal',
  'Associated Note IDs',
  'Associated Notes',
];

/** HubSpot, by its exports of companies, contacts and deals as CSV or XLSX, with all properties and associations. */
export const HUBSPOT: SourceSystem = {
  key: 'hubspot',
  label: 'HubSpot',
  idPrefix: 'hubspot:',
  files: [
    {
      kind: 'records',
      name: 'Companies',
      signature: ['Record ID', 'Company owner'],
      object: 'account',
      id: 'Record ID',
      columns: {
        'Record ID': 'externalId',
        'Company name': 'name',
        Name: 'name',
        'Parent Company ID': 'parent',
        Industry: words('industry'),
        'Annual Revenue': 'annualRevenue',
        'Number of Employees': 'employees',
        'Year Founded': 'yearEstablished',
        'Website URL': 'website',
        'Company Domain Name': 'website',
        'Phone Number': 'phone',
        'Street Address': 'street',
        'Postal Code': 'postalCode',
        City: 'city',
        'State/Region': 'region',
        'Country/Region': 'country',
        Description: 'description',
        'Company owner': 'owner',
        'Create Date': 'createdAt',
      },
      ignored: UNUSED,
    },
    {
      kind: 'records',
      name: 'Contacts',
      signature: ['Record ID', 'Contact owner'],
      object: 'contact',
      id: 'Record ID',
      columns: {
        'Record ID': 'externalId',
        'First Name': 'firstName',
        'Last Name': 'lastName',
        Email: 'email',
        'Phone Number': 'phone',
        'Mobile Phone Number': 'mobile',
        'Job Title': 'jobTitle',
        'Primary Associated Company ID': 'account',
        'Associated Company IDs': first('account'),
        'Street Address': 'street',
        'Postal Code': 'postalCode',
        City: 'city',
        'State/Region': 'region',
        'Country/Region': 'country',
        'Contact owner': 'owner',
        'Create Date': 'createdAt',
      },
      ignored: UNUSED,
    },
    {
      kind: 'records',
      name: 'Products',
      signature: ['Record ID', 'SKU', 'Unit price'],
      object: 'product',
      id: 'Record ID',
      columns: {
        'Record ID': 'externalId',
        Name: 'name',
        SKU: 'sku',
        'Product Type': 'family',
        'Unit price': 'price',
        'Product description': 'description',
      },
    },
    {
      kind: 'records',
      name: 'Deals',
      signature: ['Record ID', 'Deal Name', 'Deal Stage'],
      object: 'opportunity',
      id: 'Record ID',
      columns: {
        'Record ID': 'externalId',
        'Deal Name': 'name',
        'Deal Stage': { field: 'stage', pipeline: 'Pipeline' },
        Amount: 'amount',
        Currency: 'currency',
        'Close Date': { field: 'closeDate', read: (text) => text.split(/[ T]/)[0]! },
        'Deal Type': words('type'),
        'Next step': 'nextStep',
        'Closed Lost Reason': 'closeReason',
        'Deal Description': 'description',
        'Deal owner': 'owner',
        'Associated Company IDs': first('account'),
        'Associated Contact IDs': first('contact'),
        'Create Date': 'createdAt',
      },
      ignored: [...UNUSED, 'Pipeline'],
      outcome: (cell) => {
        const category = categoryByName(cell('Deal Stage'));
        return category === 'open' ? undefined : category;
      },
    },
    later('Tasks', 'task', ['Record ID', 'Task Title']),
    later('Notes', 'note', ['Record ID', 'Note body']),
    later('Calls', 'call', ['Record ID', 'Call Title']),
    later('Meetings', 'meeting', ['Record ID', 'Meeting name']),
    later('Tickets', 'ticket', ['Ticket ID', 'Ticket name']),
  ],
};
