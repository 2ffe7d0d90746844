import { AccessDirectory } from '@pellucid/platform/access';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { registerCompany, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';
import { sharedWorkingApi, type WorkingApi } from './testing/worker-in-process.js';

let api: WorkingApi;
let company: TestCompany;
let people: TestPeople;
/** Sees no e-mail addresses of leads. */
let blind: Colleague;
/** Reads all records, changes none. */
let reader: Colleague;

beforeAll(async () => {
  api = await sharedWorkingApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  const permissions = ['contact', 'lead', 'account'].map((object) => ({
    object,
    action: 'read',
    scope: 'all' as const,
  }));
  blind = await people.colleague([
    await people.role({ permissions, fields: [{ object: 'lead', field: 'email', access: 'mask' }] }),
  ]);
  reader = await people.colleague([await people.role({ permissions })]);
  for (const { id } of (await as(company, 'GET', '/duplicate-rules')).body.data)
    await as(company, 'PATCH', `/duplicate-rules/${id}`, {
      onCreate: 'warn',
      onUpdate: 'warn',
      onImport: 'warn',
    });
  api.app.get(AccessDirectory).forget(company.tenantId);
});
afterAll(async () => {
  await people?.end();
});

const as = (who: { token: string }, method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: who.token, body });
let count = 0;
const fresh = () => `pair${++count}@duplicates.example`;
const made = async (path: string, body: object): Promise<string> => {
  const answer = await as(company, 'POST', `${path}?allowDuplicates=true`, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.id;
};
const pairsOf = async (id: string, who: { token: string } = company, more = '') =>
  (await as(who, 'GET', `/duplicates?record=${id}${more}`)).body.data;
/** Waits until a record has a number of pairs. */
const settled = (id: string, number: number) =>
  vi.waitFor(
    async () => {
      const pairs = await pairsOf(id);
      expect(pairs).toHaveLength(number);
      return pairs;
    },
    { timeout: 60_000, interval: 100 },
  );

test('a pair is found after a write, ends with a change and is shown to those who see what it is about', async () => {
  const email = fresh();
  const contact = await made('/contacts', { lastName: 'Abel', email });
  const lead = await made('/leads', { lastName: 'Abel', email });
  const [pair] = await settled(contact, 1);
  expect(pair).toMatchObject({
    score: 100,
    dismissedAt: null,
    rules: [{ rule: { name: 'Same e-mail address' } }],
  });
  expect(new Set(pair.records.map(({ id }: { id: string }) => id))).toEqual(new Set([contact, lead]));
  expect(pair.records[0].name).toBe('Abel');
  expect(await pairsOf(contact, reader)).toHaveLength(1);
  expect(await pairsOf(contact, blind)).toEqual([]);
  expect((await as(blind, 'GET', `/duplicates/${pair.id}`)).status).toBe(404);
  await as(company, 'PATCH', `/leads/${lead}`, { email: fresh() });
  await settled(contact, 0);
});

test('deleted records have no pairs, and restored ones have them again', async () => {
  const email = fresh();
  const first = await made('/contacts', { lastName: 'Bond', email });
  const second = await made('/contacts', { lastName: 'Bond', email });
  await settled(first, 1);
  await as(company, 'DELETE', `/contacts/${second}`);
  expect(await pairsOf(first)).toEqual([]);
  await as(company, 'POST', `/contacts/${second}/restore`);
  expect(await pairsOf(first)).toHaveLength(1);
});

test('a converted lead is no duplicate of the contact that it became', async () => {
  const lead = await made('/leads', { lastName: 'Cole', company: 'Cole Ltd', email: fresh() });
  const converted = await as(company, 'POST', `/leads/${lead}/convert`, {});
  expect(converted.status, JSON.stringify(converted.body)).toBe(200);
  const twin = await made('/contacts', {
    lastName: 'Twin',
    email: (await as(company, 'GET', `/leads/${lead}`)).body.email,
  });
  const pairs = await settled(twin, 1);
  expect(pairs[0].records.map(({ id }: { id: string }) => id)).toContain(converted.body.contact.id);
});

test('"not a duplicate" is remembered by the list, by changes and by the search, and can be taken back', async () => {
  const email = fresh();
  const first = await made('/contacts', { lastName: 'Dunn', email });
  const second = await made('/contacts', { lastName: 'Dunn', email });
  const [pair] = await settled(first, 1);
  expect((await as(reader, 'POST', `/duplicates/${pair.id}/dismiss`)).status).toBe(403);
  expect((await as(company, 'POST', `/duplicates/${pair.id}/dismiss`)).body.dismissedAt).not.toBeNull();
  expect(await pairsOf(first)).toEqual([]);
  expect(await pairsOf(first, company, '&status=dismissed')).toHaveLength(1);
  // Away and back: the pair is still no pair of duplicates.
  await as(company, 'PATCH', `/contacts/${second}`, { email: fresh() });
  expect((await as(company, 'PATCH', `/contacts/${second}`, { email })).status).toBe(200);
  await searched();
  expect(await pairsOf(first)).toEqual([]);
  await as(company, 'POST', `/duplicates/${pair.id}/reopen`);
  await settled(first, 1);
});

/** Runs a search over existing data to its end. */
async function searched(): Promise<void> {
  const started = await vi.waitFor(
    async () => {
      const answer = await as(company, 'POST', '/duplicates/find');
      expect(answer.status, JSON.stringify(answer.body)).toBe(202);
      return answer;
    },
    { timeout: 60_000, interval: 100 },
  );
  await vi.waitFor(
    async () => {
      const { body } = await as(company, 'GET', `/bulk-jobs/${started.body.id}`);
      expect(body.status).toBe('completed');
    },
    { timeout: 60_000, interval: 100 },
  );
}

test('a new rule finds similar names in existing records', async () => {
  const first = await made('/accounts', { name: 'Northwind Traders GmbH' });
  const second = await made('/accounts', { name: 'Nortwind Traders Inc.' });
  const other = await made('/accounts', { name: 'Northgate Trading' });
  const rule = await as(company, 'POST', '/duplicate-rules', {
    name: 'Similar names',
    objects: ['account'],
    conditions: [{ method: 'fuzzy', fields: { account: ['name'] } }],
  });
  expect(rule.status, JSON.stringify(rule.body)).toBe(201);
  const [pair] = await settled(first, 1);
  expect(pair.records.map(({ id }: { id: string }) => id)).toContain(second);
  expect(pair.score).toBeGreaterThanOrEqual(85);
  expect(pair.score).toBeLessThan(100);
  expect(await pairsOf(other)).toEqual([]);
  await vi.waitFor(
    async () =>
      expect((await as(company, 'GET', `/duplicate-rules/${rule.body.id}`)).body.isReady).toBe(true),
    { timeout: 60_000, interval: 100 },
  );
  expect((await as(company, 'POST', '/accounts', { name: 'northwind trader' })).body.duplicates).toHaveLength(
    2,
  );
});

test('an encrypted field still finds pairs and warns, and no key of its plain values is left', async () => {
  const email = fresh();
  const first = await made('/contacts', { lastName: 'Eden', email });
  const keysOf = async (id: string) =>
    (await people.sql('select key from match_key where record_id = $1', [id])).rows.map(({ key }) => key);
  const plain = await keysOf(first);
  expect(plain).toHaveLength(1);
  const put = await as(company, 'PUT', '/masking-rules/contact/email', { strategy: 'encrypt' });
  expect(put.status, JSON.stringify(put.body)).toBe(200);
  await vi.waitFor(
    async () => {
      const keys = await keysOf(first);
      expect(keys).toHaveLength(1);
      expect(keys).not.toEqual(plain);
    },
    { timeout: 60_000, interval: 100 },
  );
  // A lead, whose address is not encrypted, has keys of the same kind.
  const lead = await made('/leads', { lastName: 'Eden', email });
  expect(await keysOf(lead)).toEqual(await keysOf(first));
  await settled(first, 1);
  const refused = await as(company, 'POST', '/contacts', { lastName: 'Eden', email });
  expect(refused.body.duplicates?.map(({ id }: { id: string }) => id).sort()).toEqual([first, lead].sort());
});
