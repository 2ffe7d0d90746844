import { beforeAll, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';

/* Rules about duplicates: what they may say, trying them, changing them. */

let api: TestApi;
let company: TestCompany;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
});

const call = (method: string, path: string, body?: unknown, headers = {}) =>
  api.call(method, path, { token: company.token, body, headers });
const byCity = {
  objects: ['account'],
  conditions: [{ method: 'normalised', fields: { account: ['city'] } }],
};

test('a new company has rules of its own, which are ready and warn', async () => {
  const { data } = (await call('GET', '/duplicate-rules')).body;
  expect(data.map(({ name, objects, isReady }: any) => [name, objects.toSorted(), isReady])).toEqual([
    ['Same e-mail address', ['contact', 'lead'], true],
    ['Same website', ['account'], true],
  ]);
  for (const { onCreate, onUpdate, onImport } of data)
    expect([onCreate, onUpdate, onImport]).toEqual(['warn', 'warn', 'warn']);
});

test('a rule that makes no sense is refused, and the refusal names each part', async () => {
  const wrong = {
    name: 'Wrong',
    objects: ['account', 'planet'],
    conditions: [
      { method: 'fuzzy', fields: { account: ['website'] } },
      { method: 'exact', fields: { account: ['city'], contact: ['email'] }, threshold: 90 },
      { method: 'exact', fields: { account: ['__proto__', 'description', 'createdAt'] } },
      { method: 'exact', fields: {} },
    ],
  };
  const { status, body } = await call('POST', '/duplicate-rules', wrong);
  expect(status).toBe(422);
  expect(body.errors.map(({ pointer, code }: any) => [pointer, code])).toEqual([
    ['/objects/1', 'unknownObject'],
    ['/conditions/0/fields/account/0', 'fieldNotComparable'],
    ['/conditions/1/threshold', 'onlyForFuzzy'],
    ['/conditions/1/fields/contact', 'unknownObject'],
    ['/conditions/2/fields/account/0', 'fieldNotComparable'],
    ['/conditions/2/fields/account/1', 'fieldNotComparable'],
    ['/conditions/2/fields/account/2', 'fieldNotComparable'],
    ['/conditions/3/fields', 'required'],
  ]);
  expect((await call('POST', '/duplicate-rules/try', { ...wrong, name: undefined })).status).toBe(422);
  const twice = { ...byCity, name: 'Twice', objects: ['account', 'account'] };
  expect((await call('POST', '/duplicate-rules', twice)).status).toBe(422);
});

test('trying a rule shows the pairs that it would find, and stores nothing', async () => {
  const make = async (name: string, city: string) =>
    (await call('POST', '/accounts', { name, city })).body.id;
  const ids = [await make('One', 'Köln'), await make('Two', 'koln')];
  await make('Three', 'Bonn');
  const { status, body } = await call('POST', '/duplicate-rules/try', byCity);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body).toMatchObject({ examined: 3, hasMore: false, pairs: [{ score: { score: 100 } }] });
  expect(body.pairs[0].records.map(({ id }: any) => id).sort()).toEqual(ids.toSorted());
  expect((await call('GET', '/duplicate-rules')).body.data).toHaveLength(2);
});

test('a change keeps what it leaves out, and only a change of what is compared makes the keys anew', async () => {
  const made = await call('POST', '/duplicate-rules', { ...byCity, name: 'Same city' });
  expect(made.body).toMatchObject({ onCreate: 'warn', onUpdate: 'warn', onImport: 'warn', isActive: true });
  const path = `/duplicate-rules/${made.body.id}`;
  const stale = await call('PATCH', path, { name: 'X' }, { 'If-Match': '"99"' });
  expect([stale.status, stale.body.current?.name]).toEqual([412, 'Same city']);
  const { data } = (await call('GET', '/duplicate-rules')).body;
  const ready = data.find(({ isReady }: any) => isReady);
  const named = await call('PATCH', `/duplicate-rules/${ready.id}`, { onCreate: 'block' });
  expect(named.body).toMatchObject({
    ...ready,
    onCreate: 'block',
    version: 2,
    updatedAt: expect.any(String),
  });
  const wider = await call('PATCH', `/duplicate-rules/${ready.id}`, { isActive: false });
  expect(wider.body).toMatchObject({ isActive: false, isReady: false });
  expect((await call('DELETE', path, undefined, { 'If-Match': '"99"' })).status).toBe(412);
  expect((await call('DELETE', path)).status).toBe(204);
  expect((await call('GET', path)).status).toBe(404);
});
