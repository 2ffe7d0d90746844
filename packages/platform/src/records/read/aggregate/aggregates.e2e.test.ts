import { splitPath } from '@pellucid/conditions';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sampleDeal } from '../../testing/sample-deal.js';
import { sampleDescriptors } from '../../testing/sample-objects.js';
import { type Calendar, type DealsWorld, dealsWorld, type StoredDeal } from '../../testing/deals-world.js';
import { type EngineApp, type EngineTenant, type Rights, startEngine } from '../../testing/engine-app.js';
import { expectedAggregate, type ShownRecords } from '../../testing/expected-aggregate.js';
import type { AggregateAnswer, AggregateRequest } from './request.js';

/*
 * An aggregate is what one gets by adding up one's own list. Every request is worked out twice: by the engine, and in
 * memory from the pages of the caller's lists.
 */

const CALENDARS: Calendar[] = [
  { zone: 'Europe/Berlin', weekStart: 1, fiscalYearStartMonth: 1 },
  // The clock jumps over midnight here.
  { zone: 'America/Santiago', weekStart: 0, fiscalYearStartMonth: 7 },
  // 30 December 2011 is missing here.
  { zone: 'Pacific/Apia', weekStart: 1, fiscalYearStartMonth: 4 },
];

/** Times at which days, weeks, years or daylight saving begin or end in one of the zones. */
const EDGES = [
  '2026-03-29T01:00:00Z',
  '2026-10-25T01:00:00Z',
  '2025-09-07T04:00:00Z',
  '2026-04-05T03:00:00Z',
  '2011-12-30T10:00:00Z',
  '2026-01-01T00:00:00Z',
  '2026-06-30T22:00:00Z',
  '2026-03-31T22:00:00Z',
].map((edge) => Date.parse(edge));

const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null, freq: 4 });
const storedDeal: fc.Arbitrary<StoredDeal> = fc.record({
  name: fc.constantFrom('Ångström', 'angstrom', 'Big one', 'big ONE', 'Small'),
  composed: fc.boolean(),
  account: orNull(fc.integer({ min: 0, max: 7 })),
  owner: orNull(fc.integer({ min: 0, max: 2 })),
  amount: orNull(fc.oneof(fc.bigInt(-50_000n, 50_000n), fc.bigInt(10n ** 17n, 2n * 10n ** 17n))),
  currency: fc.constantFrom('EUR', 'USD', 'JPY'),
  closeDate: orNull(
    fc.constantFrom(
      '2025-12-31',
      '2026-01-01',
      '2026-02-28',
      '2026-03-01',
      '2026-03-31',
      '2026-06-30',
      '2026-07-01',
    ),
  ),
  closedAt: orNull(
    fc
      .tuple(fc.constantFrom(...EDGES), fc.integer({ min: -30 * 3_600_000, max: 30 * 3_600_000 }))
      .map(([edge, ms]) => new Date(edge + ms).toISOString()),
  ),
  probability: orNull(fc.integer({ min: 0, max: 10_000 })),
  type: orNull(fc.constantFrom('New', 'Renewal')),
  nextStep: orNull(fc.constantFrom('Call', 'CALL', 'café', 'Cafe', 'write')),
  tags: fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 3 }),
  custom: fc.record(
    {
      size: orNull(fc.constantFrom('Large', 'LARGE', 'lärge', 'small')),
      score: orNull(fc.integer({ min: -50, max: 50 }).map((n) => n / 10)),
      due: orNull(fc.constantFrom('2026-02-28', '2026-03-01', '2025-12-31')),
      fee: orNull(fc.constantFrom('0.01', '19.9', '100000000000.07')),
      colours: fc.subarray(['Red', 'Blue']),
    },
    { requiredKeys: [] },
  ),
});

const read = (object: string, more: object = {}) => ({
  object,
  action: 'read',
  scope: 'all' as const,
  ...more,
});
const everything = [read('*')];
/** Roles by what they show. */
const RIGHTS: Record<string, Rights[]> = {
  'their own deals, those shared with them and their own accounts': [
    { permissions: [read('deal', { scope: 'own' }), read('account', { scope: 'own' }), read('member')] },
  ],
  'deals by a condition, without accounts or people': [
    {
      permissions: [
        read('deal', { condition: { field: 'probability', op: 'lte', value: 6000 } }),
        read('tag'),
      ],
    },
  ],
  'everything, but no amounts': [
    { permissions: everything, fields: [{ object: 'deal', field: 'amount', access: 'mask' }] },
  ],
  'amounts and next steps of their own deals only': [
    {
      permissions: everything,
      fields: [
        { object: 'deal', field: 'baseAmount', access: 'hidden' },
        { object: 'deal', field: 'nextStep', access: 'mask' },
      ],
    },
    { permissions: [read('deal', { scope: 'own' })] },
  ],
  'everything, but no names of accounts': [
    { permissions: everything, fields: [{ object: 'account', field: 'name', access: 'hidden' }] },
  ],
};

/** Someone, and the fields that an aggregate may use for them. */
interface Caller {
  world: DealsWorld;
  who: EngineTenant;
  name: string;
  usable(path: string): boolean;
}

let engine: EngineApp;
const callers: Caller[] = [];

const ask = (who: EngineTenant, url: string, body: unknown) => engine.call(who, 'POST', url, body);

beforeAll(async () => {
  engine = await startEngine([...sampleDescriptors, sampleDeal]);
  for (const [n, calendar] of CALENDARS.entries()) {
    const deals = fc.sample(storedDeal, { numRuns: 150, seed: 7 + n });
    const world = await dealsWorld(engine, calendar, deals);
    const people: [string, EngineTenant][] = [['everything', world.tenant]];
    for (const [name, rights] of Object.entries(RIGHTS)) people.push([name, await world.person(...rights)]);
    for (const [m, [name, who]] of people.entries()) {
      for (let i = m; i < world.deals.length; i += 9)
        await world.give('opportunity', world.deals[i]!, who.memberId);
      for (let i = m + 1; i < world.deals.length; i += 11) await world.share(world.deals[i]!, who.memberId);
      if (m < 3) await world.give('account', world.accounts[m]!, who.memberId);
      callers.push({ world, who, name, usable: await usableBy(who) });
    }
  }
});
afterAll(() => engine.close());

/** Asks the description of the objects which fields can be filtered by. */
async function usableBy(who: EngineTenant): Promise<Caller['usable']> {
  const { body } = await engine.call(who, 'GET', '/objects');
  const filterable = (object: string, key: string): boolean => {
    const described = body.data.find((o: { key: string }) => o.key === object);
    if (key === 'createdAt') return described !== undefined;
    return described?.fields.find((f: { key: string }) => f.key === key)?.filterable === true;
  };
  return (path) => {
    const [first, second] = splitPath(path) as [string, string | undefined];
    const { references } = sampleDeal.byKey.get(first) ?? {};
    return filterable('deal', first) && (second === undefined || filterable(references!, second));
  };
}

const pages = async (who: EngineTenant, path: string, body: object): Promise<any[]> => {
  const all: any[] = [];
  for (let cursor: string | undefined; ; ) {
    const answer = await ask(who, `/${path}/query`, { limit: 200, ...body, ...(cursor ? { cursor } : {}) });
    if (answer.status === 403) return [];
    expect([answer.status, answer.body.detail]).toEqual([200, undefined]);
    all.push(...answer.body.data);
    cursor = answer.body.page.nextCursor ?? undefined;
    if (!cursor) return all;
  }
};

/** What the caller's lists show. Descriptions come from the engine's own registry. */
async function shownTo({ who }: Caller, { filter, q }: AggregateRequest): Promise<ShownRecords> {
  const others: ShownRecords['others'] = {};
  for (const [object, path] of [
    ['account', 'accounts'],
    ['member', 'members'],
  ] as const)
    others[object] = {
      object: sampleDescriptors.find((d) => d.key === object)!,
      byId: new Map((await pages(who, path, {})).map((record) => [record.id, record])),
    };
  const records = await pages(who, 'deals', { ...(filter ? { filter } : {}), ...(q ? { q } : {}) });
  return { object: sampleDeal, records, others };
}

const PERIODS = ['day', 'week', 'month', 'quarter', 'year', 'fiscalQuarter', 'fiscalYear'] as const;
const groupRequest = fc.oneof(
  fc
    .constantFrom(
      'name',
      'nameComposed',
      'account',
      'amount',
      'closeDate',
      'closedAt',
      'probability',
      'type',
      'nextStep',
      'owner',
      'tags',
      'account.industry',
      'account.city',
      'account.owner',
      'account.employees',
      'account.name',
      'account.annualRevenue',
      'owner.name',
      'custom.size',
      'custom.score',
      'custom.colours',
    )
    .map((field) => ({ field })),
  fc.record({
    field: fc.constantFrom('closeDate', 'closedAt', 'createdAt'),
    by: fc.constantFrom(...PERIODS),
  }),
);
const measureRequest = fc.oneof(
  fc.constant({ fn: 'count' as const }),
  fc.record({
    fn: fc.constantFrom('count' as const),
    field: fc.constantFrom(
      'name',
      'account',
      'amount',
      'nextStep',
      'tags',
      'closedAt',
      'account.city',
      'nameComposed',
    ),
  }),
  fc.record({
    fn: fc.constantFrom('sum' as const, 'avg' as const, 'min' as const, 'max' as const),
    field: fc.constantFrom(
      'amount',
      'baseAmount',
      'probability',
      'account.employees',
      'custom.score',
      'account.annualRevenue',
    ),
  }),
  fc.record({
    fn: fc.constantFrom('min' as const, 'max' as const),
    field: fc.constantFrom('closeDate', 'closedAt'),
  }),
  fc.record({
    fn: fc.constant('distinct' as const),
    field: fc.constantFrom(
      'name',
      'account',
      'amount',
      'nextStep',
      'type',
      'closedAt',
      'account.city',
      'closeDate',
    ),
  }),
);
const filter = fc.option(
  fc.constantFrom(
    { field: 'probability', op: 'gte', value: 30 },
    { field: 'type', op: 'eq', value: 'New' },
    { not: { field: 'nextStep', op: 'contains', value: 'cal' } },
    {
      any: [
        { field: 'closeDate', op: 'empty' },
        { field: 'nameComposed', op: 'eq', value: true },
      ],
    },
    { field: 'account.industry', op: 'eq', value: 'Retail' },
    { field: 'amount', op: 'gt', value: '0' },
  ),
  { nil: undefined, freq: 2 },
);
const aggregateRequest = fc.record({
  filter,
  q: fc.option(fc.constantFrom('big', 'angstrom'), { nil: undefined, freq: 1 }),
  groupBy: fc.uniqueArray(groupRequest, { maxLength: 3, selector: (g) => JSON.stringify(g) }),
  measures: fc.array(measureRequest, { minLength: 1, maxLength: 4 }),
});

const pathsOf = ({ filter: tree, groupBy, measures }: AggregateRequest) => [
  ...(JSON.stringify(tree ?? null).match(/"field":"[^"]+"/g) ?? []).map((text) => text.slice(9, -1)),
  ...(groupBy ?? []).map(({ field }) => field),
  ...measures.flatMap(({ field }) => field ?? []),
];
const byKeys = (rows: { keys: unknown[] }[]) =>
  [...rows].sort((a, b) => (JSON.stringify(a.keys) < JSON.stringify(b.keys) ? -1 : 1));

describe('an aggregate', () => {
  test('equals what the caller’s own lists add up to, and is refused where a list refuses to filter', async () => {
    let answered = 0;
    let refusals = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), aggregateRequest, async (n, request) => {
        const caller = callers[n % callers.length]!;
        const answer = await ask(caller.who, '/deals/aggregate', { ...request, limit: 2000 });
        if (!pathsOf(request).every(caller.usable)) {
          refusals++;
          expect([answer.status, answer.body.code]).toEqual([422, 'fieldNotInClear']);
          return;
        }
        answered++;
        expect([answer.status, answer.body.errors ?? answer.body.detail]).toEqual([200, undefined]);
        const shown = await shownTo(caller, request);
        const expected = expectedAggregate(shown, request, caller.world.calendar);
        const { rows, totals, rowsCounted, hasMore } = answer.body as AggregateAnswer;
        if (request.groupBy.length) expect(byKeys(rows)).toEqual(byKeys(expected.groups));
        else expect(rows).toEqual([{ keys: [], values: expected.totals }]);
        expect({ totals, rowsCounted, hasMore }).toEqual({
          totals: expected.totals,
          rowsCounted: shown.records.length,
          hasMore: false,
        });
      }),
      { numRuns: 400 },
    );
    expect([answered > 50, refusals > 20]).toEqual([true, true]);
  });

  test('shows its first groups in the order asked for, and the totals of all', async () => {
    const admin = callers[0]!;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(groupRequest, { minLength: 1, maxLength: 2, selector: (g) => JSON.stringify(g) }),
        measureRequest,
        fc.boolean(),
        fc.integer({ min: 1, max: 6 }),
        async (groupBy, measure, descending, limit) => {
          const request = { groupBy, measures: [measure], sort: [{ measure: 0, descending }] };
          const all = (await ask(admin.who, '/deals/aggregate', { ...request, limit: 2000 })).body;
          const some = (await ask(admin.who, '/deals/aggregate', { ...request, limit })).body;
          expect(some.rows).toEqual(all.rows.slice(0, limit));
          expect(some.hasMore).toBe(all.rows.length > limit);
          expect([some.totals, some.rowsCounted]).toEqual([all.totals, all.rowsCounted]);
          const values = all.rows.map(({ values: [value] }: { values: unknown[] }) => value);
          const filled = values.filter((value: unknown) => value !== null);
          expect(values.slice(0, filled.length)).toEqual(filled);
          if (measure.fn === 'count')
            expect(filled).toEqual([...filled].sort((a, b) => (descending ? b - a : a - b)));
        },
      ),
      { numRuns: 60 },
    );
  });
});
