import { AccessDirectory } from '@pellucid/platform/access';
import pg from 'pg';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

let api: TestApi;
let company: TestCompany;
let account: string;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
});
beforeEach(async () => {
  account = (await made('/accounts', { name: `Account ${crypto.randomUUID()}` })).id;
});

const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
  api.call(method, path, { token: company.token, body, ...(headers ? { headers } : {}) });
async function made(path: string, body: unknown) {
  const answer = await call('POST', path, body);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  expect(answer.status).toBe(201);
  return answer.body;
}
const contact = (lastName: string, of: string | null = account) =>
  made('/contacts', { lastName, account: of });
const contactsOf = async (id = account) =>
  (await call('GET', `/accounts/${id}/contacts`)).body.data as {
    contact: { id: string; name: string };
    role: string | null;
    isPrimary: boolean;
  }[];
const primaries = async (id = account) =>
  (await contactsOf(id)).filter((c) => c.isPrimary).map((c) => c.contact.name);
const verbs = async (id: string) =>
  (await call('GET', `/contacts/${id}/history`)).body.data.map((e: { verb: string }) => e.verb);

test('the first contact of an account becomes its primary one and shows it', async () => {
  const first = await contact('First');
  expect(first).toMatchObject({
    account: { id: account },
    accounts: [{ id: account }],
    primaryOf: [{ id: account }],
  });
  const second = await contact('Second');
  expect(second.primaryOf).toEqual([]);
  expect((await contactsOf()).map((c) => [c.contact.name, c.isPrimary])).toEqual([
    ['First', true],
    ['Second', false],
  ]);
});

test('a contact needs a name or an e-mail address', async () => {
  const answer = await call('POST', '/contacts', { firstName: ' ', jobTitle: 'CEO' });
  expect(answer.status).toBe(422);
  expect(answer.body.errors[0]).toMatchObject({ pointer: '/lastName', code: 'required' });
  expect((await made('/contacts', { email: 'someone@example.com' })).email).toBe('someone@example.com');
});

test('making another contact primary replaces the former, and both histories show it', async () => {
  const first = await contact('First');
  const second = await contact('Second');
  const answer = await call('PUT', `/accounts/${account}/contacts/${second.id}`, {
    isPrimary: true,
    role: 'Buyer',
  });
  expect(answer.status).toBe(200);
  expect(answer.body).toEqual({ contact: { id: second.id, name: 'Second' }, role: 'Buyer', isPrimary: true });
  expect(await primaries()).toEqual(['Second']);
  expect(await verbs(second.id)).toEqual(['contactLinked', 'created']);
  expect(await verbs(first.id)).toEqual(['primaryReplaced', 'created']);
});

test('the only contact cannot stop being primary; one of several passes it on', async () => {
  const first = await contact('First');
  const refused = await call('PUT', `/accounts/${account}/contacts/${first.id}`, { isPrimary: false });
  expect(refused.status).toBe(422);
  expect(refused.body.errors[0]).toMatchObject({ pointer: '/isPrimary', code: 'onlyContact' });
  await contact('Second');
  expect((await call('PUT', `/accounts/${account}/contacts/${first.id}`, { isPrimary: false })).status).toBe(
    200,
  );
  expect(await primaries()).toEqual(['Second']);
});

test('only users who may change both contacts replace the primary one', async () => {
  const people = await TestPeople.of(api.database, api, company);
  const everybody = (object: string, action: string) => ({ object, action, scope: 'all' as const });
  const own = (action: string) => ({ object: 'contact', action, scope: 'own' as const });
  const readAccounts = everybody('account', 'read');
  const looking = await people.role({
    permissions: [readAccounts, everybody('contact', 'read'), own('update')],
  });
  const blind = await people.role({ permissions: [readAccounts, own('read'), own('update')] });
  const [seeing, unseeing] = [await people.colleague([looking]), await people.colleague([blind])];
  api.app.get(AccessDirectory).forget(company.tenantId);
  const first = await contact('First');
  const put = (who: Colleague, id: string, isPrimary: boolean) =>
    api.call('PUT', `/accounts/${account}/contacts/${id}`, { token: who.token, body: { isPrimary } });
  for (const [who, detail] of [
    [seeing, /"First"/],
    [unseeing, /^Another contact/],
  ] as const) {
    const mine = await made('/contacts', { lastName: 'Mine', account, owner: who.memberId });
    const refused = await put(who, mine.id, true);
    expect([refused.status, refused.body.code]).toEqual([403, 'primaryForbidden']);
    expect(refused.body.detail).toMatch(detail);
    expect(await primaries()).toEqual(['First']);
    // Nor may they make somebody else's contact primary by stepping down from their own.
    await call('PUT', `/accounts/${account}/contacts/${mine.id}`, { isPrimary: true });
    expect((await put(who, mine.id, false)).body.errors[0].code).toBe('onlyContact');
    await call('PUT', `/accounts/${account}/contacts/${first.id}`, { isPrimary: true });
    await call('PATCH', `/contacts/${first.id}`, { owner: who.memberId });
    expect((await put(who, mine.id, true)).status).toBe(200);
    expect((await verbs(first.id)).slice(0, 2)).toEqual(['primaryReplaced', 'updated']);
    await call('DELETE', `/contacts/${mine.id}`);
    await call('PATCH', `/contacts/${first.id}`, { owner: company.memberId });
  }
  await people.end();
});

test('a contact may be linked to several accounts, with a role at each', async () => {
  const other = (await made('/accounts', { name: `Other ${crypto.randomUUID()}` })).id;
  const person = await contact('Person');
  expect((await call('PUT', `/accounts/${other}/contacts/${person.id}`, { role: 'Adviser' })).body).toEqual({
    contact: { id: person.id, name: 'Person' },
    role: 'Adviser',
    isPrimary: true,
  });
  await call('PUT', `/accounts/${other}/contacts/${person.id}`, { role: 'Auditor' });
  expect((await contactsOf(other))[0]!.role).toBe('Auditor');
  const read = (await call('GET', `/contacts/${person.id}`)).body;
  expect(read.account.id).toBe(account);
  expect(read.accounts.map((a: { id: string }) => a.id)).toEqual([account, other]);
  expect(await verbs(person.id)).toEqual(['contactLinked', 'contactLinked', 'created']);
  const filter = encodeURIComponent(JSON.stringify({ field: 'account', op: 'eq', value: account }));
  expect(
    (await call('GET', `/contacts?filter=${filter}`)).body.data.map((c: { id: string }) => c.id),
  ).toEqual([person.id]);
});

test('when the primary contact is deleted, unlinked or moved, the one linked longest becomes primary', async () => {
  const [a, b, c, d] = [await contact('A'), await contact('B'), await contact('C'), await contact('D')];
  expect((await call('DELETE', `/contacts/${a.id}`)).status).toBe(204);
  expect(await primaries()).toEqual(['B']);
  expect((await verbs(b.id))[0]).toBe('becamePrimary');
  expect((await call('DELETE', `/accounts/${account}/contacts/${b.id}`)).status).toBe(204);
  expect(await primaries()).toEqual(['C']);
  const other = (await made('/accounts', { name: `Other ${crypto.randomUUID()}` })).id;
  expect((await call('PATCH', `/contacts/${c.id}`, { account: other })).body.account.id).toBe(other);
  expect(await primaries()).toEqual(['D']);
  expect(await primaries(other)).toEqual(['C']);
  expect((await call('POST', `/contacts/${a.id}/restore`)).status).toBe(200);
  expect(await primaries()).toEqual(['D']);
  await call('DELETE', `/contacts/${a.id}`);
  await call('DELETE', `/contacts/${d.id}`);
  expect(await contactsOf()).toEqual([]);
  const back = await call('POST', `/contacts/${a.id}/restore`);
  expect(back.body.primaryOf.map((p: { id: string }) => p.id)).toEqual([account]);
  expect(await primaries()).toEqual(['A']);
});

test('deleting an account with contacts is refused, unlinks them or deletes them, as asked', async () => {
  const person = await contact('Person');
  const refused = await call('DELETE', `/accounts/${account}`);
  expect(refused.status).toBe(409);
  expect(refused.body.referrers[0]).toMatchObject({
    object: 'contact',
    records: [{ id: person.id, name: 'Person' }],
  });
  expect((await call('DELETE', `/accounts/${account}?referrers=unlink`)).status).toBe(204);
  expect((await call('GET', `/contacts/${person.id}`)).body).toMatchObject({
    account: null,
    accounts: [],
    primaryOf: [],
  });
  expect((await verbs(person.id))[0]).toBe('unlinked');

  const second = (await made('/accounts', { name: `Second ${crypto.randomUUID()}` })).id;
  const gone = await contact('Gone', second);
  expect((await call('DELETE', `/accounts/${second}?referrers=delete`)).status).toBe(204);
  expect((await call('GET', `/contacts/${gone.id}`)).status).toBe(404);
});

test('twenty writers at once leave exactly one primary contact', async () => {
  const people = await Promise.all(Array.from({ length: 20 }, (_, i) => contact(`Person ${i}`)));
  expect(await primaries()).toHaveLength(1);
  const answers = await Promise.all(
    people.map((p, i) =>
      [
        () => call('PUT', `/accounts/${account}/contacts/${p.id}`, { isPrimary: true }),
        () => call('DELETE', `/contacts/${p.id}`),
        () => call('DELETE', `/accounts/${account}/contacts/${p.id}`),
        () => call('PATCH', `/contacts/${p.id}`, { account: null }),
        () => call('PUT', `/accounts/${account}/contacts/${p.id}`, { isPrimary: false }),
      ][i % 5]!(),
    ),
  );
  for (const answer of answers) expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
  expect((await contactsOf()).length).toBeGreaterThan(0);
  expect(await primaries()).toHaveLength(1);
});

test('the database itself commits no account with contacts and no primary one', async () => {
  const person = await contact('Person');
  const owner = new pg.Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
  try {
    const attempt = owner.query('update account_contact set is_primary = false where contact_id = $1', [
      person.id,
    ]);
    await expect(attempt).rejects.toMatchObject({
      code: '23514',
      constraint: 'account_contact_one_primary',
    });
  } finally {
    await owner.end();
  }
});

test('links of another company are not found', async () => {
  const person = await contact('Person');
  const stranger = await registerCompany(api);
  const path = `/accounts/${account}/contacts/${person.id}`;
  expect((await api.call('PUT', path, { token: stranger.token, body: {} })).status).toBe(404);
  expect((await api.call('DELETE', path, { token: stranger.token })).status).toBe(404);
  expect((await api.call('GET', `/accounts/${account}/contacts`, { token: stranger.token })).status).toBe(
    404,
  );
});
