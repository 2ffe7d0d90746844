import {
  type CellOf,
  isYes,
  type RecordFile,
  skipDeleted,
  type SourceSystem,
  stayPerRow,
} from './source-system.js';

/** Columns of every file, for the program and not for people. */
const SYSTEM = [
  'IsDeleted',
  'MasterRecordId',
  'LastModifiedDate',
  'LastModifiedById',
  'SystemModstamp',
  'LastActivityDate',
  'LastViewedDate',
  'LastReferencedDate',
  'PhotoUrl',
  'RecordTypeId',
  'Jigsaw',
  'JigsawCompanyId',
  'JigsawContactId',
  'CleanStatus',
];

const owned = {
  OwnerId: 'owner',
  CreatedDate: 'createdAt',
  CreatedById: 'createdBy',
} as const;

/** Files whose rows Pellucid may hold one day. Until then, they are named as not brought. */
const later = (name: string, object: string, signature: string[]): RecordFile => ({
  kind: 'records',
  isUnmapped: true,
  name,
  object,
  signature,
  id: 'Id',
  columns: { Id: 'externalId', ...owned },
  ignored: SYSTEM,
  skips: skipDeleted('IsDeleted'),
});

/** A converted lead is "Qualified"; of the others, the status says most. */
function leadStatus(text: string, cell: CellOf): string {
  if (isYes(cell('IsConverted'))) return 'Qualified';
  const said = text.toLowerCase();
  if (/not contacted|^new|^open$/.test(said)) return 'New';
  if (/nurtur/.test(said)) return 'Nurturing';
  if (/unqualified|disqualified|not converted|dead|lost/.test(said)) return 'Disqualified';
  if (/contacted|working|qualified|progress/.test(said)) return 'Working';
  return text;
}

/** Rows of products have several prices: that of the standard price book comes first. */
function firstPrices() {
  const priced = new Set<string>();
  return (cell: CellOf) => {
    if (isYes(cell('IsDeleted'))) return 'deletedInSource' as const;
    const product = cell('Product2Id');
    if (priced.has(product)) return 'otherPriceBook' as const;
    priced.add(product);
    return undefined;
  };
}

/** Salesforce, by the CSV files of its data export (Setup › Data Export) or Data Loader. */
export const SALESFORCE: SourceSystem = {
  key: 'salesforce',
  label: 'Salesforce',
  isCustom: (column) => column.endsWith('__c'),
  personIds: /^005[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/,
  zone: 'UTC',
  files: [
    {
      kind: 'people',
      name: 'User',
      signature: ['Id', 'Username', 'Email', 'ProfileId'],
      id: 'Id',
      nameOf: (cell) => cell('Name') || `${cell('FirstName')} ${cell('LastName')}`.trim(),
      email: 'Email',
    },
    {
      kind: 'records',
      name: 'Account',
      signature: ['Id', 'Name', 'BillingStreet'],
      object: 'account',
      id: 'Id',
      columns: {
        Id: 'externalId',
        Name: 'name',
        ParentId: 'parent',
        Industry: 'industry',
        AnnualRevenue: 'annualRevenue',
        NumberOfEmployees: 'employees',
        YearStarted: 'yearEstablished',
        Website: 'website',
        Phone: 'phone',
        BillingStreet: 'street',
        BillingPostalCode: 'postalCode',
        BillingCity: 'city',
        BillingState: 'region',
        BillingCountry: 'country',
        Description: 'description',
        ...owned,
      },
      ignored: SYSTEM,
      skips: skipDeleted('IsDeleted'),
    },
    {
      kind: 'records',
      name: 'Contact',
      signature: ['Id', 'AccountId', 'LastName', 'MailingStreet'],
      object: 'contact',
      id: 'Id',
      columns: {
        Id: 'externalId',
        FirstName: 'firstName',
        LastName: 'lastName',
        AccountId: 'account',
        Email: 'email',
        Phone: 'phone',
        MobilePhone: 'mobile',
        Title: 'jobTitle',
        Department: 'department',
        MailingStreet: 'street',
        MailingPostalCode: 'postalCode',
        MailingCity: 'city',
        MailingState: 'region',
        MailingCountry: 'country',
        Description: 'description',
        ...owned,
      },
      ignored: [...SYSTEM, 'Name', 'IsEmailBounced'],
      skips: skipDeleted('IsDeleted'),
    },
    {
      kind: 'records',
      name: 'Lead',
      signature: ['Id', 'LastName', 'Company', 'IsConverted'],
      object: 'lead',
      id: 'Id',
      columns: {
        Id: 'externalId',
        FirstName: 'firstName',
        LastName: 'lastName',
        Company: 'company',
        Title: 'jobTitle',
        Email: 'email',
        Phone: 'phone',
        MobilePhone: 'mobile',
        Status: { field: 'status', read: leadStatus },
        Rating: 'rating',
        LeadSource: 'source',
        Industry: 'industry',
        Website: 'website',
        Street: 'street',
        PostalCode: 'postalCode',
        City: 'city',
        State: 'region',
        Country: 'country',
        ConvertedDate: 'convertedAt',
        ConvertedAccountId: 'convertedAccount',
        ConvertedContactId: 'convertedContact',
        ConvertedOpportunityId: 'convertedOpportunity',
        Description: 'description',
        ...owned,
      },
      ignored: [...SYSTEM, 'IsConverted', 'IsUnreadByOwner', 'Name'],
      skips: skipDeleted('IsDeleted'),
    },
    {
      kind: 'records',
      name: 'Product2',
      signature: ['Id', 'ProductCode', 'Family', 'IsActive'],
      object: 'product',
      id: 'Id',
      columns: {
        Id: 'externalId',
        Name: 'name',
        ProductCode: 'sku',
        Family: 'family',
        IsActive: 'active',
        Description: 'description',
        CreatedDate: 'createdAt',
        CreatedById: 'createdBy',
      },
      ignored: SYSTEM,
      skips: skipDeleted('IsDeleted'),
    },
    {
      kind: 'records',
      name: 'PricebookEntry',
      signature: ['Pricebook2Id', 'Product2Id', 'UnitPrice'],
      object: 'product',
      mode: 'update',
      id: 'Product2Id',
      columns: { Product2Id: 'externalId', UnitPrice: 'price', CurrencyIsoCode: 'currency' },
      ignored: [
        ...SYSTEM,
        'Id',
        'Name',
        'Pricebook2Id',
        'IsActive',
        'UseStandardPrice',
        'ProductCode',
        'CreatedDate',
        'CreatedById',
      ],
      skips: firstPrices,
    },
    {
      kind: 'records',
      name: 'Opportunity',
      signature: ['Id', 'StageName', 'CloseDate', 'AccountId'],
      object: 'opportunity',
      id: 'Id',
      columns: {
        Id: 'externalId',
        Name: 'name',
        AccountId: 'account',
        ContactId: 'contact',
        StageName: 'stage',
        Amount: 'amount',
        CurrencyIsoCode: 'currency',
        CloseDate: 'closeDate',
        Probability: 'probability',
        Type: 'type',
        LeadSource: 'source',
        NextStep: 'nextStep',
        Description: 'description',
        ...owned,
      },
      ignored: [
        ...SYSTEM,
        'IsClosed',
        'IsWon',
        'ForecastCategory',
        'ForecastCategoryName',
        'HasOpportunityLineItem',
        'Pricebook2Id',
        'ExpectedRevenue',
        'TotalOpportunityQuantity',
        'Fiscal',
        'FiscalQuarter',
        'FiscalYear',
        'IsPrivate',
        'LastStageChangeDate',
        'PushCount',
        'HasOpenActivity',
        'HasOverdueTask',
      ],
      skips: skipDeleted('IsDeleted'),
      outcome: (cell) => {
        if (isYes(cell('IsWon'))) return 'won';
        return isYes(cell('IsClosed')) ? 'lost' : undefined;
      },
    },
    {
      kind: 'records',
      name: 'OpportunityLineItem',
      signature: ['OpportunityId', 'Quantity', 'UnitPrice', 'Product2Id'],
      object: 'opportunity',
      mode: 'update',
      id: 'OpportunityId',
      columns: {
        OpportunityId: 'externalId',
        Product2Id: 'lines.product',
        Quantity: 'lines.quantity',
        UnitPrice: 'lines.unitPrice',
        Discount: 'lines.discount',
      },
      ignored: [
        ...SYSTEM,
        'Id',
        'Name',
        'SortOrder',
        'PricebookEntryId',
        'ProductCode',
        'TotalPrice',
        'Subtotal',
        'ListPrice',
        'CurrencyIsoCode',
        'ServiceDate',
        'CreatedDate',
        'CreatedById',
      ],
      skips: skipDeleted('IsDeleted'),
    },
    {
      kind: 'records',
      name: 'OpportunityContactRole',
      signature: ['OpportunityId', 'ContactId', 'Role', 'IsPrimary'],
      object: 'opportunity',
      mode: 'update',
      id: 'OpportunityId',
      columns: { OpportunityId: 'externalId', ContactId: 'contact' },
      ignored: [...SYSTEM, 'Id', 'Role', 'IsPrimary', 'CreatedDate', 'CreatedById'],
      skips: () => (cell) => {
        if (isYes(cell('IsDeleted'))) return 'deletedInSource';
        return isYes(cell('IsPrimary')) ? undefined : 'notPrimary';
      },
    },
    {
      kind: 'stageHistory',
      name: 'OpportunityHistory',
      signature: ['OpportunityId', 'StageName', 'CreatedDate', 'ExpectedRevenue'],
      history: stayPerRow('opportunity', {
        deal: 'OpportunityId',
        stage: 'StageName',
        at: 'CreatedDate',
        by: 'CreatedById',
      }),
      skips: skipDeleted('IsDeleted'),
    },
    {
      kind: 'stageHistory',
      name: 'OpportunityFieldHistory',
      signature: ['OpportunityId', 'Field', 'OldValue', 'NewValue'],
      history: stayPerRow('opportunity', {
        deal: 'OpportunityId',
        stage: 'NewValue',
        at: 'CreatedDate',
        by: 'CreatedById',
      }),
      skips: () => (cell) => (cell('Field') === 'StageName' ? undefined : 'otherField'),
    },
    later('Task', 'task', ['Id', 'WhoId', 'WhatId', 'Subject', 'Status']),
    later('Event', 'meeting', ['Id', 'WhoId', 'WhatId', 'Subject', 'StartDateTime']),
    later('Note', 'note', ['Id', 'ParentId', 'Title', 'Body']),
    later('ContentNote', 'note', ['Id', 'Title', 'Content', 'FileType']),
    later('Campaign', 'campaign', ['Id', 'Name', 'NumberSent', 'IsActive']),
    later('CampaignMember', 'campaignMember', ['CampaignId', 'LeadId', 'ContactId', 'Status']),
    later('Case', 'case', ['Id', 'CaseNumber', 'Subject']),
    later('Contract', 'contract', ['Id', 'ContractNumber', 'StartDate']),
    later('Quote', 'quote', ['Id', 'QuoteNumber', 'OpportunityId']),
  ],
};
