import { afterAll, beforeAll, expect, test } from 'vitest';
import { AccessDirectory } from '../../../access/index.js';
import { type DealsWorld, dealsWorld, type StoredDeal } from '../../testing/deals-world.js';
import { type EngineApp, type EngineTenant, startEngine } from '../../testing/engine-app.js';
import { sampleDeal } from '../../testing/sample-deal.js';
import { sampleDescriptors } from '../../testing/sample-objects.js';

let engine: EngineApp;
let world: DealsWorld;

const deal = (given: Partial<StoredDeal>): StoredDeal => ({
  name: 'Deal',
  composed: false,
  account: null,
  owner: 0,
  amount: null,
  currency: 'EUR',
  closeDate: null,
  closedAt: null,
  probability: null,
  type: null,
  nextStep: null,
  tags: [],
  custom: {},
  ...given,
});

beforeAll(async () => {
  engine = await startEngine([...sampleDescriptors, sampleDeal]);
  world = await dealsWorld(engine, { zone: 'Europe/Berlin', weekStart: 0, fiscalYearStartMonth: 4 }, [
    // Either side of midnight in Berlin, in winter and in summer.
    deal({
      closedAt: '2026-03-31T21:59:59.999Z',
      amount: 10_000n,
      type: 'New',
      tags: [0, 2],
      custom: { fee: '1.5' },
    }),
    deal({ closedAt: '2026-03-31T22:00:00Z', amount: 10_000n, currency: 'USD', type: 'New', tags: [0] }),
    deal({ closedAt: '2025-12-31T22:59:59Z', closeDate: '2026-01-03', amount: 5n, nextStep: 'café' }),
    deal({ closedAt: '2025-12-31T23:00:00Z', closeDate: '2026-01-04', amount: 2n, nextStep: 'CAFE' }),
    deal({}),
  ]);
});
afterAll(() => engine.close());

const aggregate = async (body: unknown, who: EngineTenant = world.tenant, path = '/deals/aggregate') =>
  engine.call(who, 'POST', path, body);
const rows = async (body: object) =>
  (await aggregate(body)).body.rows.map(({ keys, values }: { keys: unknown[]; values: unknown[] }) => [
    ...keys,
    ...values,
  ]);
const refusal = async (body: unknown, who?: EngineTenant) => {
  const answer = await aggregate(body, who);
  return [answer.status, answer.body.errors?.[0].pointer, answer.body.errors?.[0].code ?? answer.body.code];
};

test('200: groups, totals, and the currency that amounts are in', async () => {
  const answer = await aggregate({
    groupBy: [{ field: 'type' }],
    measures: [{ fn: 'count' }, { fn: 'sum', field: 'amount' }, { fn: 'avg', field: 'amount' }],
  });
  expect([answer.status, answer.body]).toEqual([
    200,
    {
      rows: [
        { keys: ['New'], values: [2, '4.00', '2.00'] },
        { keys: [null], values: [3, '0.0007', '0.00'] },
      ],
      totals: [5, '4.0007', '1.00'],
      rowsCounted: 5,
      hasMore: false,
      currency: 'EUR',
    },
  ]);
});

test('200: without anything but an empty body, the number of records', async () => {
  const { body } = await aggregate({});
  expect(body).toEqual({ rows: [{ keys: [], values: [5] }], totals: [5], rowsCounted: 5, hasMore: false });
  const none = await aggregate({
    filter: { field: 'type', op: 'eq', value: 'Renewal' },
    groupBy: [{ field: 'type' }],
    measures: ['sum', 'avg', 'min'].map((fn) => ({ fn, field: 'amount' })),
  });
  expect(none.body).toMatchObject({ rows: [], totals: ['0.00', null, null], rowsCounted: 0 });
});

test('200: periods follow the company’s zone, first day of the week and fiscal year; dates do not move', async () => {
  expect(await rows({ groupBy: [{ field: 'closedAt', by: 'fiscalYear' }] })).toEqual([
    ['2025-04-01', 3],
    ['2026-04-01', 1],
    [null, 1],
  ]);
  expect(await rows({ groupBy: [{ field: 'closedAt', by: 'year' }] })).toEqual([
    ['2025-01-01', 1],
    ['2026-01-01', 3],
    [null, 1],
  ]);
  // 4 January 2026 is a Sunday.
  expect(await rows({ groupBy: [{ field: 'closeDate', by: 'week' }] })).toEqual([
    ['2025-12-28', 1],
    ['2026-01-04', 1],
    [null, 3],
  ]);
});

test('200: texts are grouped as they are compared, and shown in the first of their spellings', async () => {
  expect(await rows({ groupBy: [{ field: 'nextStep' }] })).toEqual([
    ['CAFE', 2],
    [null, 3],
  ]);
});

test('200: a record with two values is in two groups, and once in the totals', async () => {
  const { body } = await aggregate({ groupBy: [{ field: 'tags' }] });
  expect(body.rows.map((r: any) => [r.keys[0]?.name, r.values[0]])).toEqual([
    ['Ärger', 1],
    ['Hot', 2],
    [undefined, 3],
  ]);
  expect([body.totals, body.rowsCounted]).toEqual([[5], 5]);
});

test('200: while the base currency changes, the answer says so where amounts are involved', async () => {
  const { id } = world.tenant;
  const change = { from: 'USD', to: 'EUR' };
  const set = async (text: string) => {
    await engine.admin.query(text, [id]);
    engine.app.get(AccessDirectory).forget(id);
  };
  await set(
    `insert into base_currency_change (tenant_id, from_currency, to_currency, state, total) values ($1, 'USD', 'EUR', 'running', 5)`,
  );
  const metaOf = async (body: object) => (await aggregate(body)).body.meta;
  expect(await metaOf({ measures: [{ fn: 'sum', field: 'amount' }] })).toEqual({ recalculating: change });
  expect(await metaOf({ filter: { field: 'amount', op: 'gt', value: '0' } })).toEqual({
    recalculating: change,
  });
  expect(await metaOf({ groupBy: [{ field: 'type' }] })).toBeUndefined();
  await set(`update base_currency_change set state = 'done' where tenant_id = $1`);
  expect(await metaOf({ measures: [{ fn: 'sum', field: 'amount' }] })).toBeUndefined();
});

test('200: an amount in a currency of its own is named in it; with another currency, 422', async () => {
  const fee = { fn: 'sum', field: 'custom.fee' };
  expect((await aggregate({ measures: [fee] })).body).toMatchObject({ totals: ['1.50'], currency: 'USD' });
  expect(await refusal({ measures: [fee, { fn: 'sum', field: 'amount' }] })).toEqual([
    422,
    '/measures/1/field',
    'severalCurrencies',
  ]);
  const counted = await aggregate({ measures: [fee, { fn: 'count', field: 'amount' }] });
  expect(counted.body.totals).toEqual(['1.50', 4]);
});

test('422 names the field that is withheld, wherever the request uses it', async () => {
  const clerk = await world.person({
    permissions: [{ object: '*', action: 'read', scope: 'all' }],
    fields: [
      { object: 'deal', field: 'amount', access: 'mask' },
      { object: 'account', field: 'city', access: 'hidden' },
    ],
  });
  expect(await refusal({ groupBy: [{ field: 'type' }, { field: 'amount' }] }, clerk)).toEqual([
    422,
    '/groupBy/1/field',
    'fieldNotInClear',
  ]);
  const sum = await aggregate({ measures: [{ fn: 'count' }, { fn: 'sum', field: 'baseAmount' }] }, clerk);
  expect([sum.status, sum.body.errors]).toEqual([
    422,
    [
      {
        pointer: '/measures/1/field',
        code: 'fieldNotInClear',
        message: 'Your roles mask or hide "baseAmount", so you can\'t add it up.',
      },
    ],
  ]);
  expect(await refusal({ measures: [{ fn: 'count', field: 'account.city' }] }, clerk)).toEqual([
    422,
    '/measures/0/field',
    'fieldNotInClear',
  ]);
  const filter = { field: 'amount', op: 'gt', value: '0' };
  expect(await refusal({ filter }, clerk)).toEqual([422, '/filter', 'fieldNotInClear']);
});

test.each([
  ['an unknown field', { groupBy: [{ field: 'wings' }] }, '/groupBy/0/field', 'unknownField'],
  ['a path that is none', { groupBy: [{ field: 'type.name' }] }, '/groupBy/0/field', 'unknownField'],
  ['a long text', { groupBy: [{ field: 'description' }] }, '/groupBy/0/field', 'notFilterable'],
  ['a period of a text', { groupBy: [{ field: 'type', by: 'day' }] }, '/groupBy/0/by', 'noPeriods'],
  ['a sum of nothing', { measures: [{ fn: 'sum' }] }, '/measures/0/field', 'fieldMissing'],
  ['a sum of texts', { measures: [{ fn: 'sum', field: 'name' }] }, '/measures/0/field', 'notMeasurable'],
  [
    'amounts in their own currencies',
    { measures: [{ fn: 'sum', field: 'rate' }] },
    '/measures/0/field',
    'severalCurrencies',
  ],
  ['an order by a measure that is not there', { sort: [{ measure: 1 }] }, '/sort/0/measure', 'unknownIndex'],
])('422 for %s', async (_, body, pointer, code) => {
  expect(await refusal(body)).toEqual([422, pointer, code]);
});

test.each([
  ['four fields', { groupBy: Array.from({ length: 4 }, () => ({ field: 'type' })) }],
  ['no measure', { measures: [] }],
  ['more groups than there may be', { limit: 2001 }],
  ['an order by a field and a measure', { sort: [{ group: 0, measure: 0 }] }],
  ['an unknown period', { groupBy: [{ field: 'closeDate', by: 'decade' }] }],
])('422 for a body with %s', async (_, body) => {
  expect((await aggregate(body)).status).toBe(422);
});

test('400 for a filter that cannot be read, with a pointer into the body', async () => {
  const filter = { all: [{ field: 'wings', op: 'eq', value: 'x' }] };
  expect((await refusal({ filter })).slice(0, 2)).toEqual([400, '/filter/all/0/field']);
});

test('403 without the right to read', async () => {
  const stranger = await world.person({ permissions: [{ object: 'account', action: 'read', scope: 'all' }] });
  expect((await aggregate({}, stranger)).status).toBe(403);
});
