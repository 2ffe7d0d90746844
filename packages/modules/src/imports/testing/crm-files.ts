import { stringify } from 'csv-stringify/sync';

/** Files of a typical sales company: accounts, products, agents and deals that refer to each other by name. */
export interface CrmFiles {
  accounts: string;
  products: string;
  agents: string;
  deals: string;
  /** The expected result of importing them. */
  expected: {
    accounts: number;
    withParent: number;
    agents: number;
    managers: number;
    offices: number;
    deals: number;
    byStage: { Won: number; Lost: number; Engaging: number; Prospecting: number };
    /** Sum of the amounts of won deals, in whole units. */
    wonTotal: number;
    withoutAccount: number;
  };
}

/** Sizes of the files. */
export interface CrmFileSizes {
  accounts?: number;
  agents?: number;
  deals?: number;
  /** The same seed generates the same files. */
  seed?: number;
}

const FIRST = [
  'Ada',
  'Ben',
  'Cleo',
  'Dora',
  'Emil',
  'Fay',
  'Gus',
  'Hana',
  'Ivo',
  'Jana',
  'Kai',
  'Lena',
  'Milo',
  'Nora',
  'Otto',
  'Pia',
];
const LAST = [
  'Abel',
  'Brandt',
  'Castro',
  'Dupont',
  'Eriksen',
  'Fischer',
  'Garcia',
  'Hughes',
  'Ito',
  'Jansen',
  'Kowal',
  'Lindqvist',
  'Moreau',
  'Novak',
  'Okafor',
  'Petit',
];
const STEMS = [
  'Alder',
  'Birch',
  'Cedar',
  'Dogwood',
  'Elm',
  'Fir',
  'Ginkgo',
  'Hazel',
  'Iron',
  'Juniper',
  'Kapok',
  'Larch',
  'Maple',
  'Nettle',
  'Oak',
  'Pine',
  'Quince',
  'Rowan',
  'Spruce',
  'Teak',
];
const KINDS = [
  'Works',
  'Labs',
  'Group',
  'Systems',
  'Partners',
  'Foods',
  'Medical',
  'Capital',
  'Media',
  'Logistics',
];
// One sector is always misspelt, as in real files.
const SECTORS = [
  'technolgy',
  'medical',
  'retail',
  'software',
  'entertainment',
  'marketing',
  'finance',
  'services',
];
const COUNTRIES = ['United States', 'Germany', 'Japan', 'Kenya', 'Norway', 'Brazil'];
const OFFICES = ['Central', 'East', 'West'];
const PRODUCTS: [string, string, number][] = [
  ['LX Basic', 'LX', 550],
  ['LX Pro', 'LX', 4821],
  ['LX Plus Basic', 'LX', 1096],
  ['LX Plus Pro', 'LX', 5482],
  ['QM Special', 'QM', 55],
  ['QM Advanced', 'QM', 3393],
  ['ZK 500', 'ZK', 26768],
];

/** Returns a random number generator that repeats with the seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Generates the four files, with the pitfalls of real ones: a product written `LXPro` that is `LX Pro`; deals without
 * an account; open deals without close date and value, the earliest ones also without engage date; accounts that name
 * their parent before it occurs in the file; agents whose managers are not agents themselves; a misspelt sector; deals
 * without a name.
 */
export function crmFiles({ accounts = 40, agents = 12, deals = 400, seed = 1 }: CrmFileSizes = {}): CrmFiles {
  const next = random(seed);
  const below = (n: number) => Math.floor(next() * n);
  const pick = <T>(from: T[]): T => from[below(from.length)]!;

  const accountNames = Array.from({ length: accounts }, (_, i) => {
    const turn = Math.floor(i / (STEMS.length * KINDS.length));
    return `${STEMS[i % STEMS.length]} ${KINDS[Math.floor(i / STEMS.length) % KINDS.length]}${turn ? ` ${turn + 1}` : ''}`;
  });
  const accountRows = accountNames.map((account, i) => {
    // The parent of the early ones comes later in the file; no parent has a parent itself.
    const hasParent = i % 6 === 1 && accounts > 3;
    const parent = hasParent ? accountNames[Math.floor((accounts - 1) / 6) * 6]! : '';
    return [
      account,
      pick(SECTORS),
      1970 + below(50),
      (50 + below(900_000) / 100).toFixed(2),
      10 + below(5000),
      pick(COUNTRIES),
      parent === account ? '' : parent,
    ];
  });

  const people = Array.from(
    { length: agents },
    (_, i) => `${FIRST[i % FIRST.length]} ${LAST[(i + Math.floor(i / FIRST.length)) % LAST.length]}`,
  );
  const managers = OFFICES.flatMap((office) => [`Morgan ${office}`, `Robin ${office}`]);
  const agentRows = people.map((agent, i) => [
    agent,
    managers[i % managers.length],
    OFFICES[Math.floor((i % managers.length) / 2)],
  ]);

  const day = (offset: number) =>
    new Date(Date.UTC(2025, 0, 1) + offset * 86_400_000).toISOString().slice(0, 10);
  const byStage = { Won: 0, Lost: 0, Engaging: 0, Prospecting: 0 };
  let wonTotal = 0;
  let withoutAccount = 0;
  const dealRows = Array.from({ length: deals }, (_, i) => {
    const [product, , price] = pick(PRODUCTS);
    const luck = below(100);
    const stage = luck < 48 ? 'Won' : luck < 76 ? 'Lost' : luck < 94 ? 'Engaging' : 'Prospecting';
    byStage[stage]++;
    const isOpen = stage === 'Engaging' || stage === 'Prospecting';
    const engaged = below(300);
    const value = stage === 'Won' ? Math.round(price * (0.8 + next() * 0.4)) : 0;
    wonTotal += value;
    const account = isOpen && below(100) < 60 ? '' : pick(accountNames);
    if (!account) withoutAccount++;
    return [
      (0x1a2b3c + i * 7919).toString(36).toUpperCase().padStart(8, '0'),
      pick(people),
      product.replace('LX Pro', 'LXPro'),
      account,
      stage,
      stage === 'Prospecting' ? '' : day(engaged),
      isOpen ? '' : day(engaged + 10 + below(60)),
      isOpen ? '' : value,
    ];
  });
  const usedManagers = new Set(agentRows.map((r) => r[1])).size;
  return {
    accounts: stringify([
      ['account', 'sector', 'year_established', 'revenue', 'employees', 'office_location', 'subsidiary_of'],
      ...accountRows,
    ]),
    products: stringify([['product', 'series', 'sales_price'], ...PRODUCTS]),
    agents: stringify([['sales_agent', 'manager', 'regional_office'], ...agentRows]),
    deals: stringify([
      [
        'opportunity_id',
        'sales_agent',
        'product',
        'account',
        'deal_stage',
        'engage_date',
        'close_date',
        'close_value',
      ],
      ...dealRows,
    ]),
    expected: {
      accounts,
      withParent: accountRows.filter((r) => r[6] !== '').length,
      agents,
      managers: usedManagers,
      offices: new Set(agentRows.map((r) => r[2])).size,
      deals,
      byStage,
      wonTotal,
      withoutAccount,
    },
  };
}

/** Options that import each of the {@link crmFiles}, in this order. */
export const crmOptions = {
  accounts: {
    object: 'account',
    mode: 'upsert',
    matchBy: ['name'],
    mapping: {
      account: 'name',
      sector: 'industry',
      year_established: 'yearEstablished',
      revenue: 'annualRevenue',
      employees: 'employees',
      office_location: 'country',
      subsidiary_of: 'parent',
    },
    values: { sector: { technolgy: 'Technology', medical: 'Health' } },
    references: { subsidiary_of: { by: 'name', unknown: 'error' } },
    unknownOptions: 'create',
  },
  products: {
    object: 'product',
    mode: 'upsert',
    matchBy: ['name'],
    mapping: { product: 'name', series: 'family', sales_price: 'price' },
  },
  agents: {
    object: 'member',
    mode: 'upsert',
    matchBy: ['name'],
    mapping: { sales_agent: 'name', manager: 'manager', regional_office: 'team' },
    references: {
      manager: { by: 'name', unknown: 'create' },
      regional_office: { by: 'name', unknown: 'create' },
    },
  },
  deals: {
    object: 'opportunity',
    mode: 'upsert',
    matchBy: ['externalId'],
    mapping: {
      opportunity_id: 'externalId',
      sales_agent: 'owner',
      product: 'product',
      account: 'account',
      deal_stage: 'stage',
      engage_date: 'engageDate',
      close_date: 'closeDate',
      close_value: 'amount',
    },
    values: { product: { LXPro: 'LX Pro' } },
    references: { sales_agent: { by: 'name' }, product: { by: 'name' }, account: { by: 'name' } },
  },
};
