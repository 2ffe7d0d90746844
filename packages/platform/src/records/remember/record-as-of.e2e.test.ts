import { afterAll, beforeAll, expect, test } from 'vitest';
import { AccessDirectory } from '../../access/index.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { RecordErasure } from '../serve/record-erasure.js';

let engine: EngineApp;
let tenant: EngineTenant;

beforeAll(async () => {
  engine = await startEngine();
  tenant = await engine.tenant();
});
afterAll(() => engine.close());

const call = (method: string, url: string, body?: unknown, headers?: Record<string, string>) =>
  engine.call(tenant, method, url, body, headers);
const made = async (path: string, body: unknown) => {
  const answer = await call('POST', path, body);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer.body;
};
const patched = async (url: string, body: unknown) => {
  const answer = await call('PATCH', url, body);
  expect(answer.status).toBe(200);
  return answer.body;
};
const asOf = (url: string, query: string) => call('GET', `${url}/as-of?${query}`);
/** Rights were changed directly in the database, so the cache is dropped. */
const forgetRights = () => engine.app.get(AccessDirectory).forget(tenant.id);

/** Gives the tenant's only member a role with field rules while the function runs. */
async function as<T>(fields: object[], fn: () => Promise<T>, system: string[] = []): Promise<T> {
  const { rows } = await engine.admin.query(
    'select permissions, system, fields from role where tenant_id = $1',
    [tenant.id],
  );
  const wear = async (role: { permissions: unknown; system: string[]; fields: unknown }) => {
    await engine.admin.query(
      'update role set permissions = $2, system = $3, fields = $4 where tenant_id = $1',
      [tenant.id, JSON.stringify(role.permissions), role.system, JSON.stringify(role.fields)],
    );
    forgetRights();
  };
  await wear({ permissions: [{ object: '*', action: '*', scope: 'all' }], system, fields });
  try {
    return await fn();
  } finally {
    await wear(rows[0]);
  }
}

test('each version is shown as it was, with references, links, tags and their names of today', async () => {
  const [red, parent] = [await made('/tags', { name: 'Red' }), await made('/accounts', { name: 'Parent' })];
  const account = await made('/accounts', {
    name: 'One',
    tags: [red.id],
    annualRevenue: '12.5',
    externalId: 'x-1',
  });
  const url = `/accounts/${account.id}`;
  await patched(url, { name: 'Two', parent: parent.id, tags: [], employees: 7 });
  await patched(url, { parent: null, externalId: null });
  await patched(`/accounts/${parent.id}`, { name: 'Renamed' });

  const first = await asOf(url, 'version=1');
  expect(first.status).toBe(200);
  expect(first.body).toMatchObject({
    id: account.id,
    version: 1,
    name: 'One',
    tags: [{ id: red.id, name: 'Red' }],
    annualRevenue: '12.50',
    externalId: 'x-1',
    parent: null,
    employees: null,
    owner: { id: tenant.memberId, name: 'Ada Admin' },
    updatedBy: { kind: 'member', id: tenant.memberId, name: 'Ada Admin' },
    meta: { asOf: { version: 1 } },
  });
  expect((await asOf(url, 'version=2')).body).toMatchObject({
    version: 2,
    name: 'Two',
    parent: { id: parent.id, name: 'Renamed' },
    tags: [],
    employees: 7,
    externalId: 'x-1',
  });
  const { meta, ...third } = (await asOf(url, 'version=3')).body;
  expect(meta.asOf.version).toBe(3);
  expect(third).toEqual((await call('GET', url)).body);
});

test('an instant shows the values at that time; before the record was created there are none', async () => {
  const account = await made('/accounts', { name: 'Then' });
  const url = `/accounts/${account.id}`;
  const madeAt = Date.parse(account.createdAt);
  // Changes within the same millisecond could not be distinguished by time.
  while (Date.now() <= madeAt);
  await patched(url, { name: 'Now' });
  const at = (ms: number) => `at=${new Date(ms).toISOString()}`;
  expect((await asOf(url, at(madeAt))).body.name).toBe('Then');
  expect((await asOf(url, `at=${encodeURIComponent('2999-01-01T00:00:00+02:00')}`)).body.name).toBe('Now');
  const none = await asOf(url, at(madeAt - 1));
  expect([none.status, none.body.code]).toEqual([404, 'notThereThen']);
  expect((await asOf(url, 'version=9')).status).toBe(404);
  expect((await asOf('/accounts/018f0000-0000-7000-8000-000000000000', 'version=1')).status).toBe(404);
});

test('a point that is missing, invalid or given twice is refused with 400', async () => {
  const { id } = await made('/accounts', { name: 'Pointless' });
  for (const query of [
    '',
    'version=0',
    'version=x',
    'at=yesterday',
    'version=1&at=2026-01-01T00:00:00Z',
    'version=99999999999',
  ])
    expect([query, (await asOf(`/accounts/${id}`, query)).status]).toEqual([query, 400]);
});

test('a deleted record is shown as deleted from then on, and as living again once it is restored', async () => {
  const { id } = await made('/accounts', { name: 'Mortal', city: 'Bern' });
  const url = `/accounts/${id}`;
  await call('DELETE', url);
  const deleted = (await asOf(url, 'version=2')).body;
  expect(deleted).toMatchObject({ name: 'Mortal', city: 'Bern', version: 2 });
  expect(deleted.deletedAt).toBe(deleted.meta.asOf.at);
  expect((await asOf(url, 'version=1')).body.deletedAt).toBeUndefined();
  await call('POST', `${url}/restore`);
  const restored = (await asOf(url, 'version=3')).body;
  expect(restored).toMatchObject({ name: 'Mortal', city: 'Bern' });
  expect(restored.deletedAt).toBeUndefined();
});

test('a field’s value at the time is shown under today’s field rules', async () => {
  const { id } = await made('/accounts', { name: 'Secretive', phone: '+41 44 111 22 33', city: 'Chur' });
  await patched(`/accounts/${id}`, { phone: '+41 44 999 88 77', city: 'Olten' });
  const fields = [
    { object: 'account', field: '*', access: 'edit' },
    { object: 'account', field: 'phone', access: 'mask' },
    { object: 'account', field: 'city', access: 'hidden' },
  ];
  const then = await as(fields, () => asOf(`/accounts/${id}`, 'version=1'));
  expect(then.body.meta.access).toEqual({ phone: 'mask', city: 'hidden' });
  expect(then.body.phone).toBe('+•• •• ••• •• 33');
  expect('city' in then.body).toBe(false);
});

test('a version is restored as a new change that the history shows', async () => {
  const { id } = await made('/accounts', { name: 'Original', city: 'Basel', employees: 3 });
  const url = `/accounts/${id}`;
  await patched(url, { name: 'Changed', employees: null, country: 'CH' });
  const answer = await call('POST', `${url}/restore-version`, { version: 1 }, { 'if-match': '"2"' });
  expect(answer.status).toBe(200);
  expect(answer.headers.etag).toBe('"3"');
  expect(answer.body).toMatchObject({
    version: 3,
    name: 'Original',
    employees: 3,
    country: null,
    city: 'Basel',
  });
  const [entry] = (await call('GET', `${url}/history`)).body.data;
  expect(entry).toMatchObject({
    verb: 'restoredVersion',
    cause: { kind: 'request' },
    changes: {
      name: { before: 'Changed', after: 'Original' },
      employees: { before: null, after: 3 },
      country: { before: 'CH', after: null },
    },
  });
  expect(Object.keys(entry.changes).sort()).toEqual(['country', 'employees', 'name']);
});

test('restoring the current values changes nothing', async () => {
  const { id } = await made('/accounts', { name: 'Same' });
  const answer = await call('POST', `/accounts/${id}/restore-version`, { version: 1 });
  expect([answer.status, answer.body.version]).toEqual([200, 1]);
});

test('a stale version is refused with 412, and an unknown one with 404', async () => {
  const { id } = await made('/accounts', { name: 'A' });
  const url = `/accounts/${id}`;
  await patched(url, { name: 'B' });
  await patched(url, { city: 'Genf' });
  expect((await call('POST', `${url}/restore-version`, { version: 1 }, { 'if-match': '"2"' })).status).toBe(
    412,
  );
  expect((await call('POST', `${url}/restore-version`, { version: 7 })).status).toBe(404);
  expect((await call('POST', `${url}/restore-version`, { version: 1, name: 'x' })).status).toBe(422);
  await call('DELETE', url);
  expect((await call('POST', `${url}/restore-version`, { version: 1 })).status).toBe(404);
  expect((await call('GET', `${url}/as-of?version=1`)).body.name).toBe('A');
});

test('fields that the caller may not write are refused by name; hidden ones stay as they are', async () => {
  const { id } = await made('/accounts', { name: 'Guarded', city: 'Thun', country: 'CH', phone: '1234567' });
  const url = `/accounts/${id}`;
  await patched(url, { name: 'Moved', city: 'Visp', country: 'DE', phone: '7654321' });
  const rule = (field: string, access: string) => ({ object: 'account', field, access });
  const base = [rule('*', 'edit')];
  const refused = await as([...base, rule('city', 'view'), rule('phone', 'mask')], () =>
    call('POST', `${url}/restore-version`, { version: 1 }),
  );
  expect(refused.status).toBe(422);
  expect(refused.body.errors.map((e: any) => [e.pointer, e.code]).sort()).toEqual([
    ['/city', 'fieldNotWritable'],
    ['/phone', 'fieldNotWritable'],
  ]);
  expect((await call('GET', url)).body.name).toBe('Moved');
  const done = await as([...base, rule('country', 'hidden')], () =>
    call('POST', `${url}/restore-version`, { version: 1 }),
  );
  expect(done.body).toMatchObject({ name: 'Guarded', city: 'Thun', phone: '1234567' });
  expect((await call('GET', url)).body.country).toBe('DE');
});

test('a repeated request with the same key restores it once', async () => {
  const { id } = await made('/accounts', { name: 'Once' });
  const url = `/accounts/${id}`;
  await patched(url, { name: 'Twice' });
  const headers = { 'idempotency-key': `restore-${id}` };
  const [a, b] = [
    await call('POST', `${url}/restore-version`, { version: 1 }, headers),
    await call('POST', `${url}/restore-version`, { version: 1 }, headers),
  ];
  expect([a!.status, b!.status, b!.body.version]).toEqual([200, 200, 3]);
});

test('history shows where a change came from only to people who may view the audit log', async () => {
  const { id } = await made('/accounts', { name: 'From somewhere' });
  const history = () => call('GET', `/accounts/${id}/history`);
  expect((await history()).body.data[0].origin).toEqual({ ip: '127.0.0.1', userAgent: 'lightMyRequest' });
  const other = await as([], history);
  expect('origin' in other.body.data[0]).toBe(false);
});

/** Erases as the audit module does. */
const erase = (id: string, reason = 'asked for by the person') =>
  engine.as(tenant, () => engine.app.get(RecordErasure).erase('account', id, reason));
const logOf = async (id: string) =>
  (await engine.admin.query('select * from record_event where record_id = $1 order by id', [id])).rows;

test('erasing a person empties the record and makes personal values in the log unreadable', async () => {
  const { id } = await made('/accounts', {
    name: 'Ann Ltd',
    email: 'ann@example.com',
    phone: '0123456',
    city: 'Zug',
  });
  await patched(`/accounts/${id}`, { email: 'ann2@example.com', city: 'Wil' });
  const before = await logOf(id);
  expect(await erase(id)).toEqual({ object: 'account', id, fields: ['phone', 'email'] });
  expect((await call('GET', `/accounts/${id}`)).body).toMatchObject({
    name: 'Ann Ltd',
    city: 'Wil',
    email: null,
    phone: null,
    version: 3,
  });
  const { data } = (await call('GET', `/accounts/${id}/history`)).body;
  expect(data.map((e: any) => [e.verb, e.erased])).toEqual([
    ['erased', true],
    ['updated', true],
    ['created', true],
  ]);
  expect(JSON.stringify(data)).not.toMatch(/ann2?@example|0123456/);
  expect(data[1].changes).toEqual({ city: { before: 'Zug', after: 'Wil' } });
  const after = await logOf(id);
  expect(after.slice(0, 2)).toEqual(before);
  expect(after.at(-1)).toMatchObject({
    object: 'security.account',
    verb: 'personalDataErased',
    changes: { reason: { after: 'asked for by the person' }, fields: { after: ['phone', 'email'] } },
  });
  expect((await engine.admin.query('select 1 from record_secret where record_id = $1', [id])).rowCount).toBe(
    0,
  );
  expect(
    (await engine.admin.query('select search_norm from account where id = $1', [id])).rows[0].search_norm,
  ).not.toContain('ann@');
});

test('erased values are neither shown in earlier versions nor restored; later ones are', async () => {
  const { id } = await made('/accounts', {
    name: 'Bob Ltd',
    email: 'bob@example.com',
    phone: '0123456',
    city: 'Zug',
  });
  const url = `/accounts/${id}`;
  await erase(id);
  await patched(url, { email: 'later@example.com', city: 'Wil' });
  const then = (await asOf(url, 'version=1')).body;
  expect(then).toMatchObject({ city: 'Zug', email: null, phone: null });
  expect(then.meta.erased.sort()).toEqual(['email', 'phone']);
  const now = (await asOf(url, 'version=3')).body;
  expect([now.email, now.meta.erased]).toEqual(['later@example.com', ['phone']]);
  const { data } = (await call('GET', `${url}/history`)).body;
  expect(data.map((e: any) => [e.verb, e.erased ?? false])).toEqual([
    ['updated', false],
    ['erased', true],
    ['created', true],
  ]);
  expect(data[0].changes.email).toEqual({ before: null, after: 'later@example.com' });
  const back = await call('POST', `${url}/restore-version`, { version: 1 });
  expect(back.body).toMatchObject({ city: 'Zug', email: 'later@example.com' });
  // A conflict with an erased version is still distinguished from no conflict.
  expect((await call('PATCH', url, { phone: '99' }, { 'if-match': '"1"' })).status).toBe(200);
});

test('a deleted record is erased and stays deleted; a second time changes nothing', async () => {
  const { id } = await made('/accounts', { name: 'Gone Ltd', email: 'gone@example.com' });
  await call('DELETE', `/accounts/${id}`);
  expect((await erase(id)).fields).toEqual(['email']);
  expect((await call('GET', `/accounts/${id}`)).status).toBe(404);
  const { rows } = await engine.admin.query('select email, deleted_at, version from account where id = $1', [
    id,
  ]);
  expect(rows[0]).toMatchObject({ email: null, version: 3 });
  expect(rows[0].deleted_at).not.toBeNull();
  expect((await erase(id)).fields).toEqual([]);
  expect((await logOf(id)).map((e) => e.verb)).toEqual([
    'created',
    'deleted',
    'erased',
    'personalDataErased',
    'personalDataErased',
  ]);
});

test('a field that the company classifies as personal is encrypted with the secret too, and is erased', async () => {
  await engine.admin.query(
    `insert into masking_rule (tenant_id, object, field, strategy, pii) values ($1, 'account', 'city', 'redact', 'personal')`,
    [tenant.id],
  );
  forgetRights();
  const { id } = await made('/accounts', { name: 'Cara Ltd', city: 'Lonelyville' });
  await patched(`/accounts/${id}`, { city: 'Nowhere' });
  expect(JSON.stringify((await logOf(id)).map((e) => e.changes))).not.toMatch(/Lonelyville|Nowhere/);
  expect((await logOf(id)).map((e) => e.fields)).toEqual([['name', 'owner', 'city'], ['city']]);
  expect((await erase(id)).fields).toContain('city');
  expect((await asOf(`/accounts/${id}`, 'version=1')).body.meta.erased).toContain('city');
});
