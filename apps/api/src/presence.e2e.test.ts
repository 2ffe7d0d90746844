import { eventually, type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { registerCompany, type TestApi, type TestCompany, testApi } from './testing/api-process.js';
import { type Colleague, lasting, TestPeople } from './testing/colleagues.js';
import { LiveTab, listening } from './testing/live-tab.js';

/* Who else looks at a record, over real sockets to two processes of the API over one database. */

let database: TestDatabase;
let api: TestApi;
let replica: TestApi;
let company: TestCompany;
let people: TestPeople;
let tabs: LiveTab[];
let account: string;
/** Reads all accounts and sees all people. */
let ann: Colleague;
/** Reads all accounts, and sees no people. */
let ben: Colleague;
/** Reads all accounts without their city, and sees all people. */
let dan: Colleague;
/** Reads own accounts only. */
let cem: Colleague;

beforeAll(async () => {
  database = await testDatabase();
  api = await testApi(database);
  replica = await testApi(database, [], api);
  await Promise.all([listening(api), listening(replica)]);
});
beforeEach(async () => {
  tabs = [];
  company = await registerCompany(api);
  company = { ...company, token: lasting(api, company.token) };
  people = await TestPeople.of(database, api, company);
  const read = (object: string, scope: 'all' | 'own') => ({ object, action: 'read', scope });
  ann = await people.colleague([
    await people.role({ permissions: [read('account', 'all'), read('member', 'all')] }),
  ]);
  ben = await people.colleague([await people.role({ permissions: [read('account', 'all')] })]);
  dan = await people.colleague([
    await people.role({
      permissions: [read('account', 'all'), read('member', 'all')],
      fields: [
        { object: 'account', field: '*', access: 'view' },
        { object: 'account', field: 'city', access: 'hidden' },
        { object: 'member', field: '*', access: 'view' },
      ],
    }),
  ]);
  cem = await people.colleague([
    await people.role({ permissions: [read('account', 'own'), read('member', 'all')] }),
  ]);
  account = (await call('POST', '/accounts', { name: 'Harbour' })).id;
});
afterEach(async () => {
  for (const tab of tabs) tab.close();
  await people.end();
});
afterAll(async () => {
  await Promise.all([api.close(), replica.close()]);
  await database.drop();
});

async function call(method: string, path: string, body?: unknown): Promise<any> {
  const answer = await api.call(method, path, { token: company.token, body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}
async function open(token: string, at = api): Promise<LiveTab> {
  const tab = await LiveTab.open(at, token);
  tabs.push(tab);
  return tab;
}
/** Opens a tab that shows the account. */
async function looking(who: { token: string }, more: object = {}, at = api): Promise<LiveTab> {
  const tab = await open(who.token, at);
  expect(await tab.present({ object: 'account', id: account, ...more })).toEqual({ ok: true });
  return tab;
}
const ids = (tab: LiveTab) => tab.others.map(({ id }) => id).sort();
const sees = (tab: LiveTab, ...expected: string[]) =>
  eventually(async () => JSON.stringify(ids(tab)) === JSON.stringify(expected.sort()));

test('people see each other on a record, through different processes, once each and not themselves', async () => {
  const admin = await looking(company);
  await looking(ann, {}, replica);
  await looking(ann);
  await sees(admin, ann.memberId);
  expect(admin.others).toEqual([{ id: ann.memberId, name: ann.name, fields: [], typing: false }]);
  const second = await looking(company, {}, replica);
  await sees(second, ann.memberId);
});

test('a tab that closes, shows something else or says null is gone', async () => {
  const admin = await looking(company);
  const [first, second, third] = [await looking(ann, {}, replica), await looking(ann), await looking(ann)];
  await sees(admin, ann.memberId);
  first.close();
  await second.present({ object: 'account', id: (await call('POST', '/accounts', { name: 'Other' })).id });
  await third.present(null);
  await sees(admin);
  const again = await looking(ann);
  await sees(admin, ann.memberId);
  expect(await again.present(null)).toEqual({ ok: true });
  await sees(admin);
});

test('typing and edited fields are told, fields only to those who see them', async () => {
  const admin = await looking(company, { field: 'city', typing: true });
  const tab = await looking(ann);
  await sees(tab, (await me()).id);
  expect(tab.others).toMatchObject([{ fields: ['city'], typing: true }]);
  await admin.present({ object: 'account', id: account, field: 'phone' });
  await eventually(async () => tab.others[0]?.fields[0] === 'phone');
  expect(tab.others[0]!.typing).toBe(false);
});

test('a field that is hidden from somebody is neither told to them nor taken from them', async () => {
  const tab = await looking(dan);
  await looking(company, { field: 'city' });
  await sees(tab, (await me()).id);
  expect(tab.others[0]!.fields).toEqual([]);
  const tries = ['city', 'nothing'].map((field) => tab.present({ object: 'account', id: account, field }));
  const [hidden, missing] = await Promise.all(tries);
  expect(hidden).toEqual({ ok: false, code: 'unknownField' });
  expect(missing).toEqual(hidden);
});

test('whoever does not see the record is told nothing, and is told like for a record of nobody', async () => {
  await looking(ann);
  const tab = await open(cem.token);
  const tries = [account, crypto.randomUUID()].map((id) => tab.present({ object: 'account', id }));
  const [hidden, missing] = await Promise.all(tries);
  expect(hidden).toMatchObject({ ok: false });
  expect(missing).toEqual(hidden);
  const foreign = await registerCompany(api);
  const theirs = await open(foreign.token);
  expect(await theirs.present({ object: 'account', id: account })).toEqual(hidden);
  const admin = await looking(company);
  await sees(admin, ann.memberId);
  expect([tab.presences, theirs.presences]).toEqual([[], []]);
});

test('whoever sees no people learns of nobody, and is seen', async () => {
  const blind = await looking(ben);
  const admin = await looking(company);
  await sees(admin, ben.memberId);
  expect(blind.presences).toEqual([]);
});

test('whoever loses sight of the record is told that nobody is there, and is there no more', async () => {
  await call('PATCH', `/accounts/${account}`, { owner: cem.memberId });
  const admin = await looking(company);
  const tab = await looking(cem);
  await sees(admin, cem.memberId);
  await sees(tab, (await me()).id);
  await call('PATCH', `/accounts/${account}`, { owner: ann.memberId });
  await sees(tab);
  await sees(admin);
});

test('a process that is killed leaves nobody behind', async () => {
  const admin = await looking(company);
  await people.sql(
    `insert into live_presence (tenant_id, socket_id, member_id, object, record_id, seen_at)
     values ($1, gen_random_uuid(), $2, 'account', $3, now())`,
    [company.tenantId, ann.memberId, account],
  );
  await sees(admin, ann.memberId);
  await eventually(async () => ids(admin).length === 0);
});

test('bad messages and too many of them are refused', async () => {
  const tab = await looking(company);
  for (const bad of [
    {},
    'account',
    { object: 'account', id: 'x' },
    { object: 'account', id: account, more: 1 },
  ])
    expect(await tab.present(bad)).toEqual({ ok: false, code: 'validationFailed' });
  expect(await tab.present({ object: 'nothing', id: account })).toMatchObject({ ok: false });
  const answers = await Promise.all(
    Array.from({ length: 60 }, () => tab.present({ object: 'account', id: account })),
  );
  expect(answers.at(-1)).toMatchObject({
    ok: false,
    code: 'tooManyRequests',
    retryAfter: expect.any(Number),
  });
});

const me = async (): Promise<{ id: string }> => ({
  id: (await call('GET', '/auth/me')).user.memberId,
});
