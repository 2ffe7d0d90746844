import { categoryByName } from '../planning/stage-names.rules.js';
import {
  type CellOf,
  dayOf,
  firstItem,
  inWords,
  personNames,
  type RecordFile,
  type SourceHistory,
  type SourceStay,
  type SourceSystem,
} from './source-system.js';

const words = (field: string) => ({ field, read: inWords });
const first = (field: string) => ({ field, read: firstItem });

/** Files whose rows Pellucid may hold one day. Until then, they are named as not brought. */
const later = (name: string, object: string, signature: string[]): RecordFile => ({
  kind: 'records',
  isUnmapped: true,
  name,
  object,
  signature,
  id: 'Record ID',
  columns: { 'Record ID': 'externalId' },
});

/** Companies by their names, in exports without IDs of associated records. */
const COMPANY_NAMES = Object.fromEntries(
  ['Associated Company (Primary)', 'Associated Company Names (Primary)', 'Associated Company'].map((name) => [
    name,
    { field: 'account', by: 'name', read: firstItem },
  ]),
);

/** A column that HubSpot keeps for each stage: `Date entered "Contract Sent (Sales Pipeline)"`. */
const ENTERED = /^date entered ["'“](.+)["'”]$/i;

/** What HubSpot works out of them. */
const COMPUTED = /^(date (entered|exited)|(latest|cumulative) time in) ["'“]/i;

/** Deals have a column for each stage, with the time when they last entered it. */
const STAGE_DATES: SourceHistory = {
  object: 'opportunity',
  reader(columns) {
    const entered = columns.flatMap((column) => {
      const named = ENTERED.exec(column.trim())?.[1];
      return named === undefined ? [] : [{ column, named }];
    });
    if (!entered.length) return undefined;
    return (cell) =>
      entered.flatMap(({ column, named }): SourceStay[] => {
        const at = cell(column).trim();
        if (!at) return [];
        return [{ deal: cell('Record ID'), ...stageNamed(named, cell), at, by: '' }];
      });
  },
};

/** Splits the name of a stage and its pipeline. Either may have parentheses of its own. */
function stageNamed(text: string, cell: CellOf): Pick<SourceStay, 'stage' | 'pipeline'> {
  const own = cell('Pipeline').trim();
  if (own && text.endsWith(` (${own})`)) return { stage: text.slice(0, -own.length - 3), pipeline: own };
  const [, stage, pipeline] = /^(.+) \((.+?)\)$/.exec(text) ?? [];
  return stage === undefined ? { stage: text, pipeline: own } : { stage, pipeline: pipeline! };
}

/** Accounts with several pipelines export stages with theirs: "Contract Sent (Sales Pipeline)". */
function dealStage(text: string, cell: CellOf): string {
  const own = ` (${cell('Pipeline').trim()})`;
  return text.endsWith(own) ? text.slice(0, -own.length) : text;
}

/** Lifecycle stages and lead statuses of contacts stay on the contact: HubSpot's leads are contacts. */
const UNUSED = [/^associated /i, 'Last Modified Date', 'Last Activity Date', 'Record source'];

/** HubSpot, by its exports of companies, contacts and deals as CSV or XLSX in English, with all properties and associations. */
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
        'Company name': {
          field: 'name',
          read: (text, cell) => text || cell('Company Domain Name') || cell('Website URL'),
        },
        'Parent Company ID': 'parent',
        // Its cells hold IDs, or names where the company chose to export those.
        'Parent Company': { field: 'parent', read: (text) => (/^\d+$/.test(text) ? text : '') },
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
        ...personNames('First Name', 'Last Name', 'Email', 'Record ID'),
        Email: 'email',
        'Phone Number': 'phone',
        'Mobile Phone Number': 'mobile',
        'Job Title': 'jobTitle',
        'Associated Company IDs (Primary)': first('account'),
        'Primary Associated Company ID': 'account',
        'Associated Company IDs': first('account'),
        ...COMPANY_NAMES,
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
        'Deal Stage': { field: 'stage', pipeline: 'Pipeline', read: dealStage },
        Amount: 'amount',
        Currency: 'currency',
        'Close Date': { field: 'closeDate', read: dayOf },
        'Deal Type': words('type'),
        'Next step': 'nextStep',
        'Closed Lost Reason': {
          field: 'closeReason',
          read: (text, cell) => text || cell('Closed Won Reason'),
        },
        'Deal Description': 'description',
        'Deal owner': 'owner',
        'Associated Company IDs (Primary)': first('account'),
        'Associated Company IDs': first('account'),
        ...COMPANY_NAMES,
        'Associated Contact IDs': first('contact'),
        'Create Date': 'createdAt',
      },
      ignored: [...UNUSED, COMPUTED, 'Pipeline', 'Closed Won Reason', 'Amount in company currency'],
      history: STAGE_DATES,
      outcome: (cell) => {
        const category = categoryByName(dealStage(cell('Deal Stage'), cell));
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
