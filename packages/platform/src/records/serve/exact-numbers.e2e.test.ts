/** Numbers with decimals travel exactly: from the request to the column, to every answer, and back. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { defineRecord } from '../describe/shared-fields.js';
import { field } from '../describe/descriptor.js';
import { StateReplay } from '../remember/state-replay.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';

/** A double tells none of these apart. */
const NEIGHBOURS = ['90071992547409.9295', '90071992547409.9296', '90071992547409.9297'];

let engine: EngineApp;
let tenant: EngineTenant;
const ids: string[] = [];

const call = (method: string, url: string, body?: unknown) => engine.call(tenant, method, url, body);
const create = async (name: string, custom: object) => call('POST', '/accounts', { name, custom });
const asked = async (filter: unknown, rest = '') => {
  const { body } = await call('GET', `/accounts?filter=${encodeURIComponent(JSON.stringify(filter))}${rest}`);
  return body.data.map((record: any) => record.custom.weight);
};

beforeAll(async () => {
  engine = await startEngine();
  tenant = await engine.tenant();
  const define = (name: string, settings: object) =>
    engine.defineField(tenant, { object: 'account', name, type: 'number', settings });
  await define('weight', { scale: 4, isIndexed: true });
  await define('share', { scale: 2, min: 0, max: 100 });
  await define('count', { scale: 0 });
  for (const [i, weight] of NEIGHBOURS.entries()) {
    const { status, body } = await create(`Heavy ${i}`, { weight });
    expect(status).toBe(201);
    ids.push(body.id);
  }
});
afterAll(() => engine.close());

it('answers have the digits of the request', async () => {
  for (const [i, id] of ids.entries())
    expect((await call('GET', `/accounts/${id}`)).body.custom.weight).toBe(NEIGHBOURS[i]);
  const { body } = await create('Written', { weight: '+0012.50', share: 12.5, count: 9007199254740991 });
  expect(body.custom).toMatchObject({ weight: '12.5', share: '12.5', count: 9007199254740991 });
  const { body: whole } = await create('Whole', { count: '12.0' });
  expect(whole.custom.count).toBe(12);
});

it('filters, orders and pages tell neighbours apart', async () => {
  expect(await asked({ field: 'custom.weight', op: 'eq', value: NEIGHBOURS[1] })).toEqual([NEIGHBOURS[1]]);
  expect(await asked({ field: 'custom.weight', op: 'gt', value: NEIGHBOURS[1] })).toEqual([NEIGHBOURS[2]]);
  const heavy = { field: 'custom.weight', op: 'gt', value: 1000 };
  const pages: string[] = [];
  let cursor = '';
  for (let page = 0; page < 3; page++) {
    const query = `filter=${encodeURIComponent(JSON.stringify(heavy))}&sort=-custom.weight&limit=1${cursor}`;
    const { body } = await call('GET', `/accounts?${query}`);
    pages.push(body.data[0].custom.weight);
    cursor = `&cursor=${encodeURIComponent(body.page.nextCursor)}`;
  }
  expect(pages).toEqual(NEIGHBOURS.toReversed());
});

it('sums, averages and groups are exact', async () => {
  const filter = { field: 'custom.weight', op: 'gt', value: 1000 };
  const measures = ['sum', 'avg', 'min', 'max'].map((fn) => ({ fn, field: 'custom.weight' }));
  const { body } = await call('POST', '/accounts/aggregate', {
    filter,
    measures,
    groupBy: [{ field: 'custom.weight' }],
  });
  expect(body.totals).toEqual(['270215977642229.7888', NEIGHBOURS[1], NEIGHBOURS[0], NEIGHBOURS[2]]);
  expect(body.rows.flatMap(({ keys }: any) => keys).sort()).toEqual(NEIGHBOURS);
});

it('history, past versions and their restoration keep the digits', async () => {
  const id = ids[0]!;
  await call('PATCH', `/accounts/${id}`, { custom: { weight: NEIGHBOURS[1] } });
  const [last] = (await call('GET', `/accounts/${id}/history`)).body.data;
  expect(last.changes).toEqual({ 'custom.weight': { before: NEIGHBOURS[0], after: NEIGHBOURS[1] } });
  expect((await call('GET', `/accounts/${id}/as-of?version=1`)).body.custom.weight).toBe(NEIGHBOURS[0]);
  const back = await call('POST', `/accounts/${id}/restore-version`, { version: 1 });
  expect(back.body.custom.weight).toBe(NEIGHBOURS[0]);
});

it('a value with other zeros is no change', async () => {
  const { body } = await create('Same', { share: '7.5' });
  expect((await call('PATCH', `/accounts/${body.id}`, { custom: { share: '7.50' } })).body.version).toBe(1);
});

it.each<[object, string, string]>([
  [{ weight: Number('90071992547409.93') }, 'inexactNumber', 'Send it as text'],
  [{ count: 2 ** 53 + 2 }, 'inexactNumber', 'Send it as text'],
  [{ weight: '1.23456' }, 'tooPrecise', 'at most 4 decimal places'],
  [{ count: 1.5 }, 'tooPrecise', 'must be a whole number'],
  [
    { weight: '922337203685477.5808' },
    'outOfRange',
    'between -922337203685477.5807 and 922337203685477.5807',
  ],
  [{ count: '9007199254740992' }, 'outOfRange', 'between -9007199254740991 and 9007199254740991'],
  [{ share: -0.01 }, 'belowMinimum', 'at least 0'],
  [{ share: '100.01' }, 'aboveMaximum', 'at most 100'],
  [{ share: '1,5' }, 'notANumber', 'with a decimal point and no thousands separators'],
  [{ share: '1e2' }, 'notANumber', 'like 1500.5'],
  [{ share: true }, 'notANumber', 'like 1500.5'],
])('%j is refused as %s', async (custom, code, text) => {
  const { status, body } = await create('Refused', custom);
  const [name] = Object.keys(custom);
  expect([status, body.errors.length]).toEqual([422, 1]);
  expect(body.errors[0]).toMatchObject({ pointer: `/custom/${name}`, code });
  expect(body.errors[0].message).toContain(text);
  expect(body.errors[0].message).toContain(`"${name}"`);
});

it('JSON numbers in events of earlier versions are read as what they were', () => {
  const sample = defineRecord({
    key: 'sample',
    plural: 'samples',
    label: 'Sample',
    pluralLabel: 'Samples',
    table: 'sample',
    fields: [field.number('rate', 'Rate', { scale: 10 }), field.number('size', 'Size')],
  });
  const replay = new StateReplay(sample);
  replay.apply(
    { verb: 'created', at: '2026-01-01T00:00:00Z' },
    { rate: { after: 1.5e-7 }, size: { after: 3 } },
    [],
  );
  expect(replay.state).toEqual({ rate: '0.00000015', size: 3 });
});
