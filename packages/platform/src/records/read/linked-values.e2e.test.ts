import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { type DealsWorld, dealsWorld, type StoredDeal } from '../testing/deals-world.js';
import { sampleDeal } from '../testing/sample-deal.js';
import { sampleDescriptors } from '../testing/sample-objects.js';

let engine: EngineApp;
let world: DealsWorld;

const deal = (name: string, tags: number[]): StoredDeal => ({
  name,
  tags,
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
  custom: {},
});

beforeAll(async () => {
  engine = await startEngine([...sampleDescriptors, sampleDeal]);
  const calendar = { zone: 'UTC', weekStart: 1, fiscalYearStartMonth: 1 };
  // The second tag is deleted.
  world = await dealsWorld(engine, calendar, [deal('hot', [0]), deal('old', [1]), deal('both', [0, 1])]);
});
afterAll(() => engine.close());

const list = async (body: object, who: EngineTenant = world.tenant) =>
  (await engine.call(who, 'POST', '/deals/query', { sort: 'name', ...body })).body;
const names = async (filter: object) => (await list({ filter })).data.map((d: { name: string }) => d.name);

test('filters by linked records leave out deleted ones, as records do', async () => {
  const [hot, old] = world.tags;
  expect((await list({})).data.map((d: { tags: object[] }) => d.tags.length)).toEqual([1, 1, 0]);
  expect(await names({ field: 'tags', op: 'empty' })).toEqual(['old']);
  expect(await names({ field: 'tags', op: 'in', value: [old] })).toEqual([]);
  expect(await names({ field: 'tags', op: 'in', value: [hot, old] })).toEqual(['both', 'hot']);
});

test('linked records whose names are withheld have empty ones, and the record says so', async () => {
  const blind = await world.person({ permissions: [{ object: 'deal', action: 'read', scope: 'all' }] });
  const { data } = await list({ filter: { field: 'name', op: 'eq', value: 'hot' } }, blind);
  expect(data[0].tags).toEqual([{ id: world.tags[0], name: '' }]);
  expect(data[0].meta.access).toMatchObject({ tags: 'mask' });
});
