/** How many rows each file of a generated export has. */
export interface ExportSizes {
  people: number;
  accounts: number;
  contacts: number;
  opportunities: number;
  /** Stages that each opportunity went through, three at most. */
  stays: number;
}

const STAGES = ['Prospecting', 'Proposal/Price Quote', 'Closed Won'];
const CREATED = '2024-01-10 08:00:00';

/** Returns the id of a row, in the form that Salesforce's ids have. */
const idOf = (prefix: string, n: number): string => `${prefix}${String(n).padStart(12, '0')}AAA`;

/** Returns an export of Salesforce with as many rows as asked for, in which each row refers to rows of other files. */
export function generatedSalesforceFiles(sizes: ExportSizes): Record<string, string> {
  const owner = (n: number) => idOf('005', n % sizes.people);
  const rows = (count: number, header: string, row: (n: number) => string) =>
    `${header}\n${Array.from({ length: count }, (_, n) => row(n)).join('\n')}\n`;
  const stayAt = (n: number) => `2024-0${(n % sizes.stays) + 2}-01 08:00:00`;
  return {
    'User.csv': rows(
      sizes.people,
      'Id,Username,LastName,FirstName,Name,Email,IsActive,ProfileId',
      (n) => `${owner(n)},p${n}@boats.example,Oar,P${n},P${n} Oar,p${n}@boats.example,1,00e000000000001`,
    ),
    'Account.csv': rows(
      sizes.accounts,
      'Id,IsDeleted,Name,ParentId,BillingStreet,BillingCity,NumberOfEmployees,OwnerId,CreatedDate,CreatedById',
      (n) =>
        `${idOf('001', n)},0,Company ${n},${n % 10 || !(n % 100) ? '' : idOf('001', n - (n % 100))},Kai ${n},Kiel,${n % 500},${owner(n)},${CREATED},${owner(n)}`,
    ),
    'Contact.csv': rows(
      sizes.contacts,
      'Id,IsDeleted,AccountId,LastName,FirstName,MailingStreet,Email,Title,OwnerId,CreatedDate,CreatedById',
      (n) =>
        `${idOf('003', n)},0,${idOf('001', n % sizes.accounts)},Waters ${n},Wanda,Kai ${n},w${n}@aqua.example,Buyer,${owner(n)},${CREATED},${owner(n)}`,
    ),
    'Opportunity.csv': rows(
      sizes.opportunities,
      'Id,IsDeleted,AccountId,Name,StageName,Amount,Probability,CloseDate,IsClosed,IsWon,OwnerId,CreatedDate,CreatedById',
      (n) =>
        `${idOf('006', n)},0,${idOf('001', n % sizes.accounts)},Sails ${n},${STAGES[sizes.stays - 1]},${n % 9000},75,2026-12-31,0,0,${owner(n)},${CREATED},${owner(n)}`,
    ),
    'OpportunityHistory.csv': rows(
      sizes.opportunities * sizes.stays,
      'Id,OpportunityId,CreatedById,CreatedDate,StageName,Amount,ExpectedRevenue,CloseDate,Probability,ForecastCategory,SystemModstamp,IsDeleted',
      (n) =>
        `${idOf('008', n)},${idOf('006', Math.floor(n / sizes.stays))},${owner(n)},${stayAt(n)},${STAGES[n % sizes.stays]},${n % 9000},100,2026-12-31,75,Pipeline,${stayAt(n)},0`,
    ),
  };
}
