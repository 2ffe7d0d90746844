import { request } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { Metrics } from '@pellucid/platform/observability';
import { eventually, type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { registerCompany, type TestApi, type TestCompany, testApi } from './testing/api-process.js';
import { type Colleague, lasting, TestPeople, type TestRole } from './testing/colleagues.js';
import { LiveTab, listening } from './testing/live-tab.js';
import { workerBeside } from './testing/worker-in-process.js';

/* Live messages over real sockets, from two processes of the API over one database. */

let database: TestDatabase;
let api: TestApi;
let replica: TestApi;
let worker: INestApplicationContext;
let company: TestCompany;
let people: TestPeople;
let tabs: LiveTab[];

const ACCOUNTS = [{ object: 'account', records: 'all' as const }];

beforeAll(async () => {
  database = await testDatabase();
  api = await testApi(database);
  replica = await testApi(database, [], api);
  await Promise.all([listening(api), listening(replica)]);
  worker = await workerBeside(api);
});
beforeEach(async () => {
  tabs = [];
  company = await registerCompany(api);
  company = { ...company, token: lasting(api, company.token) };
  people = await TestPeople.of(database, api, company);
});
afterEach(async () => {
  for (const tab of tabs) tab.close();
  await people.end();
});
afterAll(async () => {
  await worker.close();
  await Promise.all([api.close(), replica.close()]);
  await database.drop();
});

async function call(method: string, path: string, body?: unknown, token = company.token): Promise<any> {
  const answer = await api.call(method, path, { token, body });
  expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}

const create = (values: object = {}): Promise<{ id: string; version: number }> =>
  call('POST', '/accounts', { name: 'Harbour', ...values });

/** Waits until every event of the company has its place in the feed. */
const placed = (of = people) =>
  eventually(async () => (await of.sql('select 1 from event_outbox limit 1')).rowCount === 0);

/** Opens a tab that watches, and has been told nothing so far. */
async function open(
  token: string,
  watches: Parameters<LiveTab['watch']>[0] = ACCOUNTS,
  at = api,
): Promise<LiveTab> {
  await placed();
  const tab = await LiveTab.open(at, token);
  tabs.push(tab);
  expect(await tab.watch(watches)).toEqual({ ok: true });
  tab.forget();
  return tab;
}

/** A person whose only role grants reading accounts as given. */
async function reader(role: TestRole = {}, scope: 'own' | 'all' = 'all'): Promise<Colleague> {
  const permissions = ['read', 'update'].map((action) => ({ object: 'account', action, scope }));
  const colleague = await people.colleague([await people.role({ permissions, ...role })]);
  await people.settle();
  return colleague;
}

test('a change made at one process reaches the tabs of another, with the version and nothing else', async () => {
  const { id } = await create();
  const tab = await open(company.token, ACCOUNTS, replica);
  const { version } = await call('PATCH', `/accounts/${id}`, { city: 'Bremen' });
  await tab.hears('account', id);
  expect(tab.messages).toEqual([{ changes: [{ object: 'account', changed: [{ id, version }], gone: [] }] }]);
});

test('a tab hears of new, deleted and restored records of the objects that it watches', async () => {
  const tab = await open(company.token);
  const { id } = await create();
  await tab.hears('account', id);
  await call('POST', '/contacts', { lastName: 'Unwatched' });
  await call('DELETE', `/accounts/${id}`);
  await eventually(async () => tab.told('account').gone.includes(id));
  tab.forget();
  await call('POST', `/accounts/${id}/restore`);
  await tab.hears('account', id);
  expect(tab.told('contact')).toEqual({ changed: [], gone: [], all: false });
});

test('a tab hears of records of an object that the company made, if its person sees them', async () => {
  const words = { name: 'boat', plural: 'boats', label: 'Boat', pluralLabel: 'Boats' };
  await call('POST', '/custom-objects', words);
  const watches = [{ object: 'boat', records: 'all' as const }];
  const tab = await open(company.token, watches);
  const permissions = [{ object: 'boat', action: 'read', scope: 'own' as const }];
  const rep = await people.colleague([await people.role({ permissions })]);
  await people.settle();
  const other = await open(rep.token, watches);
  const theirs = await call('POST', '/boats', { name: 'Theirs' });
  const mine = await call('POST', '/boats', { name: 'Mine', owner: rep.memberId });
  await tab.hears('boat', mine.id);
  expect(tab.told('boat').changed.sort()).toEqual([mine.id, theirs.id].sort());
  await other.hears('boat', mine.id);
  expect(other.told('boat').changed).toEqual([mine.id]);
  await call('DELETE', `/boats/${mine.id}`);
  await eventually(async () => other.told('boat').gone.includes(mine.id));
});

test('a tab that watches single records hears of no others', async () => {
  const [watched, other] = [await create(), await create()];
  const tab = await open(company.token, [{ object: 'account', records: [watched.id] }]);
  await call('PATCH', `/accounts/${other.id}`, { city: 'Kiel' });
  await call('PATCH', `/accounts/${watched.id}`, { city: 'Kiel' });
  await tab.hears('account', watched.id);
  expect(tab.told('account').changed).toEqual([watched.id]);
});

test('a company hears nothing of another', async () => {
  const other = await registerCompany(api);
  const { id } = await create();
  const stranger = await open(other.token, [...ACCOUNTS, { object: 'contact', records: [id] }]);
  const watching = await open(other.token, [{ object: 'account', records: [id] }]);
  await call('PATCH', `/accounts/${id}`, { city: 'Bremen' });
  const own = await call('POST', '/accounts', { name: 'Own' }, other.token);
  await stranger.hears('account', own.id);
  expect(stranger.told('account')).toEqual({ changed: [own.id], gone: [], all: false });
  expect(watching.messages).toEqual([]);
});

test('people hear of the records that they see, and that one left their sight', async () => {
  const rep = await reader({}, 'own');
  const [mine, theirs] = [await create({ owner: rep.memberId }), await create()];
  const tab = await open(rep.token);
  await call('PATCH', `/accounts/${theirs.id}`, { city: 'Bremen' });
  await call('PATCH', `/accounts/${mine.id}`, { city: 'Bremen' });
  await tab.hears('account', mine.id);
  expect(tab.told('account')).toEqual({ changed: [mine.id], gone: [], all: false });

  await call('PATCH', `/accounts/${mine.id}`, { owner: company.memberId });
  await call('PATCH', `/accounts/${theirs.id}`, { owner: rep.memberId });
  await tab.hears('account', theirs.id);
  expect(tab.told('account').gone).toEqual([mine.id]);

  // What happens to it from now on is none of their business, not even its end.
  tab.forget();
  await call('PATCH', `/accounts/${mine.id}`, { city: 'Kiel' });
  await call('DELETE', `/accounts/${mine.id}`);
  await call('PATCH', `/accounts/${theirs.id}`, { city: 'Kiel' });
  await tab.hears('account', theirs.id);
  expect(tab.told('account')).toEqual({ changed: [theirs.id], gone: [], all: false });
});

test('a new record is told even to people who see no field of it', async () => {
  const { token } = await reader({ fields: [{ object: 'account', field: '*', access: 'hidden' }] });
  const tab = await open(token);
  const { id } = await create();
  await tab.hears('account', id);
});

test('what happens to a deleted record is told to nobody', async () => {
  const contacts = [{ object: 'contact', records: 'all' as const }];
  const { id } = await call('POST', '/contacts', { lastName: 'Gone', email: 'gone@example.com' });
  await call('DELETE', `/contacts/${id}`);
  const tab = await open(company.token, contacts);
  await call('POST', '/audit/erasures', { object: 'contact', id, reason: 'asked for by the person' });
  const marker = await call('POST', '/contacts', { lastName: 'Marker' });
  await tab.hears('contact', marker.id);
  expect(tab.told('contact')).toEqual({ changed: [marker.id], gone: [], all: false });
});

test('a right that was taken away is gone with the next change, at every process', async () => {
  const read = ['account', 'contact'].map((object) => ({ object, action: 'read', scope: 'all' as const }));
  const role = await people.role({ permissions: read });
  const colleague = await people.colleague([role]);
  await people.settle();
  const { id } = await create();
  const tab = await open(colleague.token, [...ACCOUNTS, { object: 'contact', records: 'all' }], replica);
  await call('PATCH', `/roles/${role}`, { permissions: [read[1]] });
  await call('PATCH', `/accounts/${id}`, { city: 'Bremen' });
  const marker = await call('POST', '/contacts', { lastName: 'Marker' });
  await tab.hears('contact', marker.id);
  expect(tab.told('account').changed).toEqual([]);
});

test('a share brings a record into sight, and its end takes it away', async () => {
  const rep = await reader({}, 'own');
  const [own, shared] = [await create({ owner: rep.memberId }), await create()];
  const tab = await open(rep.token);
  const grantee = { kind: 'member', id: rep.memberId };
  const share = await call('POST', '/shares', {
    object: 'account',
    record: shared.id,
    grantee,
    access: 'read',
  });
  await tab.hears('account', shared.id);
  await call('PATCH', `/accounts/${own.id}`, { city: 'Kiel' });
  tab.forget();
  await call('DELETE', `/shares/${share.id}`);
  await eventually(async () => tab.told('account').gone.includes(shared.id));
});

test('changes of a hidden field are silent, and those of a masked one unless the mask shows them', async () => {
  const hiding = await reader({ fields: [{ object: 'account', field: 'phone', access: 'hidden' }] });
  const masking = await reader({ fields: [{ object: 'account', field: 'phone', access: 'mask' }] });
  const { id } = await create({ phone: '+49 421 555 0100' });
  const [blind, masked] = [await open(hiding.token), await open(masking.token)];
  const shown = async () => (await call('GET', `/accounts/${id}`, undefined, masking.token)).phone;
  const outcomes: boolean[] = [];
  for (const phone of ['+49 421 666 0100', '+49 421 666 0123']) {
    const before = await shown();
    await call('PATCH', `/accounts/${id}`, { phone });
    const isShown = (await shown()) !== before;
    const marker = await create();
    await Promise.all([blind.hears('account', marker.id), masked.hears('account', marker.id)]);
    expect(blind.told('account').changed).toEqual([marker.id]);
    expect(masked.told('account').changed.includes(id), phone).toBe(isShown);
    outcomes.push(isShown);
    for (const tab of [blind, masked]) tab.forget();
  }
  expect(outcomes).toEqual([false, true]);
});

test('changes of lines are told to people who see what changed', async () => {
  const permissions = ['opportunity', 'product'].map((object) => ({
    object,
    action: 'read',
    scope: 'all' as const,
  }));
  const seer = async (access?: 'hidden' | 'mask') => {
    const fields = access ? [{ object: 'opportunity', field: 'lines.quantity', access }] : [];
    return people.colleague([await people.role({ permissions, fields })]);
  };
  const everybody = [await seer(), await seer('hidden'), await seer('mask')];
  await people.settle();
  const product = await call('POST', '/products', { name: 'Anvil' });
  // Somebody entered the amount, so it doesn't follow the lines.
  const deal = await call('POST', '/opportunities', { amount: '5', lines: [{ product: product.id }] });
  const tabs = [];
  for (const { token } of everybody)
    tabs.push(await open(token, [{ object: 'opportunity', records: 'all' }]));
  const outcomes = [];
  const [line] = deal.lines;
  for (const lines of [[{ id: line.id, quantity: '2' }], [{ id: line.id }, { product: product.id }]]) {
    await call('PATCH', `/opportunities/${deal.id}`, { lines });
    const marker = await call('POST', '/opportunities', { name: 'Marker' });
    for (const tab of tabs) await tab.hears('opportunity', marker.id);
    outcomes.push(tabs.map((tab) => tab.told('opportunity').changed.includes(deal.id)));
    for (const tab of tabs) tab.forget();
  }
  expect(outcomes).toEqual([
    [true, false, false],
    [true, true, true],
  ]);
});

test('a tab that was away is told what it missed; after a long time it fetches everything', async () => {
  const { id } = await create();
  const first = await open(company.token);
  first.close();
  await call('PATCH', `/accounts/${id}`, { city: 'Bremen' });
  await placed();
  const again = await LiveTab.open(replica, company.token);
  tabs.push(again);
  await again.watch(ACCOUNTS, 60_000);
  expect(again.told('account')).toEqual({ changed: [id], gone: [], all: false });
  again.forget();
  await again.watch(ACCOUNTS, 3_600_000);
  expect(again.told('account').all).toBe(true);
});

test('a slow tab gets one message at a time, and one to fetch everything when too much waits', async () => {
  const tab = await open(company.token);
  const proceed = tab.slow();
  const first = await create();
  await tab.hears('account', first.id);
  const rows = Array.from({ length: 250 }, (_, n) => ({ name: `Row ${n}` }));
  await call('POST', '/accounts/bulk', { action: 'create', rows });
  await placed();
  const fast = await open(company.token);
  const last = await create();
  await fast.hears('account', last.id);
  expect(tab.messages).toHaveLength(1);
  proceed();
  await eventually(async () => tab.told('account').all);
  expect(tab.messages).toHaveLength(2);
});

test('whoever may no longer act loses the socket: logged out, deactivated, suspended', async () => {
  const login = async () => {
    const { body, headers } = await api.call('POST', '/auth/login', {
      body: { email: company.email, password: company.password },
    });
    const cookie = String([headers['set-cookie']].flat()[0]).split(';')[0]!;
    return { token: body.accessToken as string, cookie };
  };
  const session = await login();
  const [left, staying] = [await open(session.token), await open(company.token)];
  await api.call('POST', '/auth/logout', { headers: { cookie: session.cookie } });
  await eventually(async () => !left.isOpen);

  const colleague = await reader();
  const away = await open(colleague.token, ACCOUNTS, replica);
  await call('POST', `/members/${colleague.memberId}/deactivate`);
  await eventually(async () => !away.isOpen);
  expect(staying.isOpen).toBe(true);

  await people.sql(
    `update tenant set status = 'suspended', access_version = access_version + 1 where id = $1`,
    [company.tenantId],
  );
  await eventually(async () => !staying.isOpen);
  await expect(LiveTab.open(api, company.token)).rejects.toThrow('tenantSuspended');
});

test('whoever gets other rights fetches what they see, and nobody else', async () => {
  const role = await people.role({ permissions: [{ object: 'account', action: 'read', scope: 'own' }] });
  const changed = await people.colleague([role]);
  const other = await reader();
  await create({ owner: changed.memberId });
  const [tab, bystander] = [await open(changed.token), await open(other.token)];
  await call('PATCH', `/roles/${role}`, {
    permissions: [{ object: 'account', action: 'read', scope: 'all' }],
  });
  await eventually(async () => tab.told('account').all);
  const { id } = await create();
  await Promise.all([tab.hears('account', id), bystander.hears('account', id)]);
  expect(bystander.told('account').all).toBe(false);
});

test('sockets need the access token of a person, from our own pages', async () => {
  await expect(LiveTab.open(api, 'nonsense')).rejects.toThrow('invalidToken');
  await expect(LiveTab.open(api, company.token, { origin: 'https://evil.example' })).rejects.toThrow();
  const role = await people.role({ permissions: [{ object: 'account', action: 'read', scope: 'all' }] });
  const { key } = await call('POST', '/api-keys', { name: 'Program', roleId: role });
  await expect(LiveTab.open(api, key)).rejects.toThrow('needsPerson');
  const { port } = api.app.getHttpServer().address() as { port: number };
  const plain = await fetch(`http://127.0.0.1:${port}/api/v1/live`);
  expect([plain.status, ((await plain.json()) as { code: string }).code]).toEqual([426, 'upgradeRequired']);
});

test('clients that offer HTTP/2 with every request get their answers as before', async () => {
  const { port } = api.app.getHttpServer().address() as { port: number };
  const body = JSON.stringify({ email: company.email, password: 'a wrong guess 123' });
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = {
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: 'h2c',
      'http2-settings': '',
      'content-type': 'application/json',
      'content-length': body.length,
    };
    request({ port, path: '/api/v1/auth/login', method: 'POST', headers }, (answer) =>
      resolve(answer.resume().statusCode),
    )
      .on('error', reject)
      .end(body);
  });
  expect(status).toBe(401);
});

test('a changed layout makes pages ask for descriptions again, on every replica', async () => {
  const [here, there] = [await open(company.token), await open(company.token, ACCOUNTS, replica)];
  const content = { sections: [{ title: null, pieces: [{ field: 'name' }] }] };
  await call('POST', '/objects/account/layouts', { kind: 'form', content });
  for (const tab of [here, there]) {
    await eventually(async () => tab.messages.some(({ definitions }) => definitions));
    expect(tab.told('account')).toEqual({ changed: [], gone: [], all: false });
  }
});

test('requests to watch are checked', async () => {
  const tab = await open(company.token);
  for (const wrong of [
    undefined,
    { watches: 'all', age: 0 },
    { watches: [{ object: 'account', records: ['x'] }], age: 0 },
    { watches: Array.from({ length: 21 }, () => ACCOUNTS[0]), age: 0 },
    { watches: ACCOUNTS, age: -1 },
  ])
    expect(await tab.send(wrong)).toEqual({ ok: false, code: 'validationFailed' });
  expect(await tab.watch([{ object: 'nothing', records: 'all' }])).toEqual({ ok: true });
});

test('a process that shuts down closes its sockets, and counts those that are open', async () => {
  const leaving = await testApi(database, [], api);
  await listening(leaving);
  const tab = await open(company.token, ACCOUNTS, leaving);
  expect((await leaving.app.get(Metrics).payload()).body).toMatch(/^pellucid_live_sockets 1$/m);
  await leaving.close();
  await eventually(async () => !tab.isOpen);
  const { id } = await create();
  await placed();
  const again = await LiveTab.open(replica, company.token);
  tabs.push(again);
  await again.watch(ACCOUNTS, 5_000);
  expect(again.told('account').changed).toContain(id);
});
