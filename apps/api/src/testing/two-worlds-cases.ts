import { recordDescriptors } from '@pellucid/modules/lists/records';
import type { Case } from './two-worlds.js';
import { ACTIVITY_CASES } from './two-worlds-activities.js';
import { unmarkedCases } from './unmarked-fields.js';

type Settings = NonNullable<NonNullable<Case['custom']>[string][string][1]>;

/** Links in roles. */
const LINKED: Settings = {
  linksTo: ['account'],
  options: ['Friend', 'Rival'].map((value) => ({ value, label: value })),
};

/** Fields that a company adds, some of them with an index of their values. */
const ADDED: Case['custom'] = {
  account: {
    size: ['number', { isIndexed: true }],
    fee: ['money', { currency: 'JPY' }],
    code: ['text', { isUnique: true, searchable: true }],
    motto: ['text', { searchable: true }],
    since: ['date'],
    vip: ['boolean'],
    tiers: ['multiSelect', { options: ['A', 'B'].map((value) => ({ value, label: value })) }],
    partner: ['reference', { references: 'account' }],
    open: ['text', { isIndexed: true }],
  },
  contact: {
    sponsor: ['reference', { references: 'account' }],
    hobby: ['text', { isIndexed: true }],
    circle: ['links', LINKED],
  },
};

/** A link to an account in a role. */
const inRole = (id: string, role?: string) => ({ object: 'account', id, ...(role ? { role } : {}) });

const ADDED_VALUES: Case['hidden'] = {
  account: {
    'custom.size': [
      [10, 5000],
      [null, 7],
      [3, null],
    ],
    'custom.fee': [
      ['1', '2000000'],
      [null, '5'],
      ['7', null],
    ],
    'custom.code': [
      ['alpha', 'bravo'],
      [null, 'charlie'],
      ['delta', null],
    ],
    'custom.motto': [
      ['Higher', 'Lower'],
      [null, 'Wider'],
      ['Deeper', null],
    ],
    'custom.since': [
      ['2020-01-31', '2021-12-31'],
      [null, '2022-02-02'],
      ['2023-03-03', null],
    ],
    'custom.vip': [
      [true, false],
      [null, true],
      [false, null],
    ],
    'custom.tiers': [
      [['A'], ['B']],
      [[], ['A']],
      [['A', 'B'], []],
    ],
    'custom.partner': [
      [null, null],
      ['@account', null],
      [null, '@account2'],
    ],
  },
  contact: {
    'custom.sponsor': [
      ['@account', '@account2'],
      [null, '@account2'],
      ['@account3', null],
    ],
    'custom.hobby': [
      ['Chess', 'Golf'],
      [null, 'Rugby'],
      ['Judo', null],
    ],
    // The same records in other roles.
    'custom.circle': [
      [[inRole('@account', 'Friend')], [inRole('@account', 'Rival')]],
      [[inRole('@account2')], [inRole('@account2', 'Friend')]],
      [[inRole('@account', 'Rival'), inRole('@account3', 'Friend')], [inRole('@account')]],
    ],
  },
};

/** An object that the company made, with fields of its own. */
const MADE: Case['custom'] = {
  gadget: {
    size: ['number', { isIndexed: true }],
    code: ['text', { isUnique: true, searchable: true }],
    phase: ['select', { options: ['A', 'B'].map((value) => ({ value, label: value })) }],
    owners: ['links', LINKED],
    maker: ['reference', { references: 'account' }],
    agent: ['anyReference', LINKED],
    open: ['text', { isIndexed: true }],
  },
};
const MADE_VALUES: Case['hidden'] = {
  gadget: {
    'custom.size': [
      [10, 5000],
      [null, 7],
      [3, null],
    ],
    'custom.code': [
      ['alpha', 'bravo'],
      [null, 'charlie'],
      ['delta', null],
    ],
    'custom.phase': [
      ['A', 'B'],
      [null, 'A'],
      ['B', null],
    ],
    'custom.owners': [
      [[inRole('@account', 'Friend')], [inRole('@account', 'Rival')]],
      [[], [inRole('@account2', 'Friend')]],
      [[inRole('@account', 'Rival')], []],
    ],
    'custom.maker': [
      ['@account', '@account2'],
      [null, '@account2'],
      ['@account3', null],
    ],
    'custom.agent': [
      [inRole('@account', 'Friend'), inRole('@account', 'Rival')],
      [null, inRole('@account2', 'Friend')],
      [inRole('@account3'), null],
    ],
  },
};

const formula = (text: string, from: string[], more: Settings = {}): Settings => ({
  ...more,
  computed: { kind: 'formula', formula: text, sources: { from } },
});

/** Fields of a company that are made of hidden ones, or whose rules ask hidden ones. */
const MADE_OF_HIDDEN: Case['custom'] = {
  account: {
    size: ['number', { isIndexed: true }],
    motto: ['text', { searchable: true }],
    flag: ['select', { options: ['A', 'B'].map((value) => ({ value, label: value })) }],
    twice: ['number', formula('custom.size * 2', ['custom.size'], { isIndexed: true })],
    more: ['number', formula('custom.twice + 1', ['custom.twice'])],
    shout: ['text', formula('custom.motto + "!"', ['custom.motto'], { searchable: true, maxLength: 200 })],
    isLarge: ['boolean', formula('custom.size > 100', ['custom.size'])],
    share: ['number', formula('1 / (custom.size - 10)', ['custom.size'], { scale: 4 })],
    points: [
      'number',
      { computed: { kind: 'rollup', object: 'contact', field: 'accounts', fn: 'sum', of: 'custom.points' } },
    ],
    fans: [
      'number',
      {
        computed: {
          kind: 'rollup',
          object: 'contact',
          field: 'accounts',
          fn: 'count',
          filter: { field: 'custom.isFan', op: 'eq', value: true },
        },
      },
    ],
    note: [
      'text',
      {
        default: 'None',
        requiredIf: { field: 'custom.flag', op: 'eq', value: 'A' },
        visibleIf: { field: 'custom.size', op: 'gt', value: 100 },
      },
    ],
    part: [
      'select',
      {
        dependsOn: 'custom.flag',
        options: ['X', 'Y'].map((value, i) => ({ value, label: value, for: ['AB'[i]!] })),
      },
    ],
    no: ['text', { computed: { kind: 'autoNumber', prefix: 'N-' }, isIndexed: true }],
  },
  contact: {
    points: ['number'],
    isFan: ['boolean'],
    far: ['number', formula('account.custom.size + 1', ['account', 'account.custom.size'])],
    farther: [
      'text',
      formula('account.custom.shout', ['account', 'account.custom.shout'], { isIndexed: true }),
    ],
  },
};

/** Pairs of worlds, each with something else that is hidden. */
export const CASES: Case[] = [
  {
    name: 'the amount of deals is hidden',
    focus: ['opportunity'],
    hidden: {
      opportunity: {
        amount: [
          ['1000', '777.77'],
          [null, '5'],
          ['12', null],
        ],
      },
    },
  },
  {
    name: 'quantities of lines are hidden',
    focus: ['opportunity'],
    hidden: {
      opportunity: {
        'lines.quantity': [
          ['2', '6'],
          ['1', '20'],
          ['3', '4'],
        ],
      },
    },
  },
  {
    name: 'prices and discounts of lines are masked',
    focus: ['opportunity'],
    access: 'mask',
    hidden: {
      opportunity: {
        'lines.unitPrice': [
          ['10', '30.25'],
          ['20', null],
          [null, '5'],
        ],
        'lines.discount': [
          ['0', '5'],
          ['0', '100'],
          ['10', '0'],
        ],
      },
    },
  },
  {
    name: 'dates, choices and texts of deals are hidden',
    focus: ['opportunity'],
    hidden: {
      opportunity: {
        closeDate: [
          ['2026-03-31', '2025-11-30'],
          [null, '2026-05-05'],
          ['2026-01-15', null],
        ],
        type: [
          ['Renewal', 'New business'],
          [null, 'Renewal'],
          ['New business', null],
        ],
        nextStep: [
          ['Wait', 'Sue them'],
          [null, 'Sign'],
          ['Sign', null],
        ],
      },
    },
  },
  {
    name: 'the stage of deals is hidden',
    focus: ['opportunity'],
    hidden: {
      opportunity: {
        stage: [
          ['@firstStage', '@won'],
          ['@won', '@firstStage'],
          ['@firstStage', '@stage'],
        ],
      },
    },
  },
  {
    name: 'accounts and products of what is seen are hidden',
    focus: ['opportunity', 'contact', 'account', 'lead'],
    hidden: {
      account: {
        street: [
          ['Road 1', 'Road 2'],
          [null, 'Road 3'],
          ['Road 4', null],
        ],
        parent: [
          [null, null],
          ['@account', null],
          [null, '@account2'],
        ],
      },
      contact: {
        account: [
          ['@account', '@account2'],
          [null, '@account2'],
          ['@account3', null],
        ],
      },
      opportunity: {
        account: [
          ['@account', '@account2'],
          [null, '@account2'],
          ['@account3', null],
        ],
        product: [
          ['@product', '@product2'],
          [null, '@product2'],
          ['@product3', null],
        ],
      },
    },
  },
  {
    name: 'the status of leads and what they are is hidden',
    focus: ['lead'],
    hidden: {
      lead: {
        status: [
          ['New', 'Disqualified'],
          ['Working', 'New'],
          ['New', 'Nurturing'],
        ],
        disqualifyReason: [
          [null, 'No budget'],
          [null, null],
          [null, null],
        ],
        phone: [
          ['+41440000001', '+41440000002'],
          [null, '+41440000003'],
          ['+41440000004', null],
        ],
      },
    },
  },
  {
    name: 'fields of accounts, contacts and products are hidden',
    focus: ['account', 'contact', 'product', 'note', 'comment'],
    everyRoute: true,
    hidden: {
      note: {
        body: [
          ['The first text', 'Another text'],
          ['- [ ] Call', '- [x] Call'],
          ['One', 'Two'],
        ],
      },
      comment: {
        body: [
          ['The first words', 'Other words'],
          ['Yes', 'No'],
          ['One', 'Two'],
        ],
      },
      account: {
        employees: [
          [10, 5000],
          [null, 7],
          [3, null],
        ],
        annualRevenue: [
          ['1', '2000000'],
          [null, '5'],
          ['7', null],
        ],
        city: [
          ['Bern', 'Kiel'],
          [null, 'Rome'],
          ['Oslo', null],
        ],
        industry: [
          ['Finance', 'Health'],
          [null, 'Retail'],
          ['Retail', null],
        ],
      },
      contact: {
        mobile: [
          ['+41440000001', '+41440000002'],
          [null, '+41440000003'],
          ['+41440000004', null],
        ],
        email: [
          ['a@example.com', 'b@example.com'],
          [null, 'c@example.com'],
          ['d@example.com', null],
        ],
      },
      product: {
        active: [
          [true, false],
          [false, true],
          [true, false],
        ],
        price: [
          ['10', '99'],
          [null, '5'],
          ['5', null],
        ],
      },
    },
  },
  {
    name: 'values of an object that the company made are hidden',
    focus: ['gadget', 'account'],
    custom: MADE,
    hidden: MADE_VALUES,
  },
  {
    name: 'values of an object that the company made are masked',
    focus: ['gadget'],
    custom: MADE,
    // A masked text shows its first letter, and whether there is one.
    hidden: {
      gadget: {
        ...MADE_VALUES['gadget'],
        'custom.code': [
          ['alpha', 'arena'],
          ['bravo', 'brook'],
          ['delta', 'dunes'],
        ],
      },
    },
    access: 'mask',
  },
  {
    name: 'fields that the company added are hidden',
    focus: ['account', 'contact'],
    everyRoute: true,
    custom: ADDED,
    hidden: ADDED_VALUES,
  },
  {
    name: 'fields that the company added are masked',
    focus: ['account', 'contact'],
    access: 'mask',
    custom: ADDED,
    hidden: {
      account: {
        'custom.size': [
          [10, 5000],
          [2, 7],
          [3, 4],
        ],
        'custom.code': [
          ['alpha', 'azzzz'],
          ['bravo', 'bzzzz'],
          ['corgi', 'czzzz'],
        ],
      },
    },
  },
  ...(['hidden', 'mask'] as const).map(
    (access): Case => ({
      name: `what formulas, roll-ups and rules read is ${access === 'mask' ? 'masked' : 'hidden'}`,
      focus: ['account', 'contact'],
      access,
      custom: MADE_OF_HIDDEN,
      hidden: {
        account: {
          'custom.size': [
            [10, 5000],
            [2, 7],
            [3, 4],
          ],
          'custom.motto': [
            ['Higher', 'Hyper!'],
            ['Wide', 'Wild'],
            ['Deep', 'Deal'],
          ],
          'custom.flag': [
            ['A', 'B'],
            ['B', 'A'],
            ['A', 'B'],
          ],
        },
        contact: {
          'custom.points': [
            [10, 5000],
            [2, 7],
            [3, 4],
          ],
          'custom.isFan': [
            [true, false],
            [false, true],
            [false, true],
          ],
        },
      },
    }),
  ),
  {
    name: 'numbers, dates and choices are masked',
    focus: ['opportunity'],
    access: 'mask',
    hidden: {
      opportunity: {
        amount: [
          ['1000', '777.77'],
          ['6', '5'],
          ['12', null],
        ],
        closeDate: [
          ['2026-03-31', '2025-11-30'],
          ['2026-04-01', '2026-05-05'],
          ['2026-01-15', null],
        ],
        nextStep: [
          ['Wait', 'Walk'],
          ['Sign', 'Slow'],
          ['Sure', 'Sold'],
        ],
      },
    },
  },
  {
    name: 'records can be changed but not read',
    focus: ['opportunity', 'lead'],
    unread: ['opportunity', 'lead'],
    hidden: {
      opportunity: {
        stage: [
          ['@firstStage', '@won'],
          ['@won', '@lost'],
          ['@firstStage', '@stage'],
        ],
        amount: [
          ['1000', '777.77'],
          [null, '5'],
          ['12', '13'],
        ],
        closeReason: [
          [null, 'Price'],
          ['Price', 'Fit'],
          [null, null],
        ],
      },
      lead: {
        status: [
          ['New', 'Disqualified'],
          ['Working', 'New'],
          ['New', 'Nurturing'],
        ],
        disqualifyReason: [
          [null, 'No budget'],
          [null, null],
          [null, null],
        ],
      },
    },
  },
  {
    name: 'records of others are out of scope',
    focus: ['account', 'contact', 'lead', 'opportunity', 'note', 'comment', 'goal'],
    everyRoute: true,
    own: ['account', 'contact', 'lead', 'opportunity', 'note', 'comment', 'goal'],
  },
  ...ACTIVITY_CASES,
  {
    name: 'whether comments are resolved is hidden',
    focus: ['comment'],
    hidden: {
      comment: {
        resolved: [
          [false, true],
          [true, false],
          [false, true],
        ],
      },
    },
  },
  ...unmarkedCases(recordDescriptors, [
    'legalEntity',
    'tag',
    'pipeline',
    'stage',
    'product',
    'account',
    'lead',
    'opportunity',
    'note',
    'comment',
    'goal',
  ]),
];

/** Answers that differ by design: the case (all if left out), the request, and the reason. */
export const BY_DESIGN: { of: RegExp; request: RegExp; because: string }[] = [
  {
    of: /out of scope/,
    request: /^(previewDeletionOf|delete|bulk)(Pipelines?|Stages?):/,
    because: 'a stage is kept by deals that cannot do without it, unseen and unnamed ones too',
  },
  {
    of: /out of scope/,
    request: /^listMaskingLog:/,
    because: 'the log of who saw what is whole for whoever audits the company; it names records by their ids',
  },
];
