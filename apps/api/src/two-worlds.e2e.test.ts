import { recordDescriptors } from '@pellucid/modules/lists/records';
import { DelayedWrites } from '@pellucid/platform/db';
import { RecordRegistry } from '@pellucid/platform/records';
import { eventually } from '@pellucid/platform/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { endpointsOf } from './testing/outlets.js';
import { differences, type Line, Transcript } from './testing/transcripts.js';
import { type BuiltWorld, buildWorld, type Case } from './testing/two-worlds.js';
import { NOT_TRIED, probesOf, triedSpecs } from './testing/two-worlds-probes.js';
import { NOT_GENERATED, unmarkedCases, unmarkedFields } from './testing/unmarked-fields.js';
import { sharedWorkingApi, type WorkingApi } from './testing/worker-in-process.js';

/*
 * Two companies that differ only in something hidden from a viewer give that viewer the same answers to every request.
 * See docs/adr/0016-answers-tell-nothing-hidden.md.
 */

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
  contact: { sponsor: ['reference', { references: 'account' }], hobby: ['text', { isIndexed: true }] },
};
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
  },
};

const CASES: Case[] = [
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
    focus: ['account', 'contact', 'product'],
    everyRoute: true,
    hidden: {
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
    focus: ['account', 'contact', 'lead', 'opportunity'],
    everyRoute: true,
    own: ['account', 'contact', 'lead', 'opportunity'],
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
  ]),
];

/** Answers that differ by design: the case (all if left out), the request, and the reason. */
const BY_DESIGN: { of: RegExp; request: RegExp; because: string }[] = [
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

let api: WorkingApi;
const tried = new Set<string>();
let requests = 0;

beforeAll(async () => {
  api = await sharedWorkingApi();
});

/** Sends all requests to a world as its viewer. */
async function ask(given: Case, world: BuiltWorld): Promise<Line[]> {
  const transcript = new Transcript(ownTexts(world));
  for (const [n, ids] of world.ids.entries())
    for (const [name, id] of Object.entries(ids))
      if (/^[0-9a-f-]{36}$/.test(id)) transcript.name(id, `${name}${n + 1}`);
  const { token } = world.viewer;
  const call = (method: string, path: string, more: object = {}) =>
    api.call(method, path, { token, ...more });
  for (const probe of probesOf(api, given, world)) {
    if (probe.operation === 'listMaskingLog') await api.app.get(DelayedWrites).flush();
    const answer = await call(probe.method, probe.path, { body: probe.body, headers: probe.headers });
    requests++;
    tried.add(probe.operation);
    transcript.note(probe, answer);
    expect(answer.status, `${probe.method} ${probe.path} ${JSON.stringify(probe.body)}`).toBeLessThan(500);
    if (probe.operation !== 'createImport' || answer.status !== 202) continue;
    const at = `/imports/${answer.body.id}`;
    const done = await eventually(async () => {
      const found = await call('GET', at);
      return ['completed', 'failed'].includes(found.body.status) ? found : undefined;
    });
    transcript.note({ operation: 'getImport', method: 'GET', path: at }, done);
    for (const [operation, path] of [
      ['listFailedImportRows', `${at}/failed-rows`],
      ['getImportErrors', `${at}/errors.csv`],
    ] as const)
      transcript.note({ operation, method: 'GET', path }, await call('GET', path));
  }
  return transcript.lines;
}

/** Texts that differ between twin worlds: the company's name and the addresses that registered it. */
function ownTexts({ company, viewer }: BuiltWorld): Map<string, string> {
  const suffix = company.email.replace(/^admin-|@.*$/g, '');
  return new Map([
    [suffix, 'COMPANY'],
    [viewer.token, 'TOKEN'],
  ]);
}

/** Answers to an administrator, from whom nothing is hidden. */
async function asAdministrator(given: Case, world: BuiltWorld): Promise<Line[]> {
  const transcript = new Transcript(ownTexts(world));
  for (const object of Object.keys(given.hidden ?? { account: {} })) {
    const path = `/${api.app.get(RecordRegistry).get(object).plural}`;
    const answer = await api.call('GET', path, { token: world.company.token });
    transcript.note({ operation: 'list', method: 'GET', path }, answer);
  }
  return transcript.lines;
}

describe('two worlds answer alike if', () => {
  test.each(CASES.map((given) => [given.name, given] as const))('%s', async (_, given) => {
    const worlds = [await buildWorld(api, given, 'A'), await buildWorld(api, given, 'B')] as const;
    // An administrator gets different answers, so the worlds do differ and the comparison shows it.
    const [seenA, seenB] = [await asAdministrator(given, worlds[0]), await asAdministrator(given, worlds[1])];
    expect(differences(seenA, seenB)).toHaveLength(seenA.length);
    const [a, b] = [await ask(given, worlds[0]), await ask(given, worlds[1])];
    const excused = (text: string) =>
      BY_DESIGN.some(({ of, request }) => of.test(given.name) && request.test(text));
    expect(differences(a, b).filter((text) => !excused(text))).toEqual([]);
    expect(a.length).toBeGreaterThan(150);
    for (const world of worlds) await world.end();
  });
});

describe('the comparison', () => {
  const answer = (body: object, status = 200) => ({ status, body, headers: { etag: '"1"' } });
  const line = (path: string, given: ReturnType<typeof answer>) => {
    const transcript = new Transcript();
    transcript.note({ operation: 'planted', method: 'GET', path }, given);
    return transcript.lines;
  };

  test('finds a planted leak in a value, an order, a status and a header', () => {
    const [one, other] = [crypto.randomUUID(), crypto.randomUUID()];
    const clean = line('/planted', answer({ ids: [one, other, one] }));
    expect(differences(clean, line('/planted', answer({ ids: [other, one, other] })))).toEqual([]);
    for (const leaking of [
      answer({ ids: [one, other, one], amount: null }),
      answer({ ids: [one, other, other] }),
      answer({ ids: [one, other, one] }, 422),
      { ...answer({ ids: [one, other, one] }), headers: { etag: '"2"' } },
    ])
      expect(differences(clean, line('/planted', leaking))).toHaveLength(1);
    expect(differences(clean, line('/elsewhere', answer({ ids: [one, other, one] })))).toHaveLength(1);
  });
});

test('every field that no canary can be put into differs between the worlds of a case, or says why not', () => {
  const differing = new Set(
    CASES.flatMap(({ hidden = {} }) =>
      Object.entries(hidden).flatMap(([object, fields]) =>
        Object.keys(fields).map((field) => `${object}.${field}`),
      ),
    ),
  );
  const unmarked = recordDescriptors.flatMap((d) => unmarkedFields(d).map(({ key }) => `${d.key}.${key}`));
  expect(unmarked.length).toBeGreaterThan(15);
  expect(unmarked.filter((name) => !differing.has(name) && !(name in NOT_GENERATED))).toEqual([]);
  expect(Object.keys(NOT_GENERATED).filter((name) => !unmarked.includes(name))).toEqual([]);
});

test('every route of the document is tried in two worlds, or says why not', () => {
  expect(
    triedSpecs(api)
      .filter((s) => !tried.has(s.operationId))
      .map((s) => s.operationId),
  ).toEqual([]);
  const names = new Set(endpointsOf(api).map((s) => s.operationId));
  expect(Object.keys(NOT_TRIED).filter((name) => !names.has(name))).toEqual([]);
  process.stdout.write(`two worlds: ${CASES.length} cases, ${requests} requests\n`);
});
