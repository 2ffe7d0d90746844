import { beforeAll, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';

let api: TestApi;
let company: TestCompany;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
});

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  api.call(method, path, { token: company.token, body, headers });
const made = async (plural: string, body: object): Promise<string> =>
  (await call('POST', `/${plural}`, body)).body.id;
const JSON_BODY = { 'content-type': 'application/json' };

test.each(['sort=,', 'sort=name,', 'sort=-', 'limit=5&limit=6', 'limit=x', 'limit=0'])(
  'a list asked for with %s is refused with the parameter’s name',
  async (query) => {
    const { status, body } = await call('GET', `/accounts?${query}`);
    expect([status, body.errors[0].pointer]).toEqual([400, `?${query.split('=')[0]}`]);
  },
);

test.each(['/accounts?q=%ff', '/accounts/%ff', '/accounts?q=100%'])(
  'an address that is no UTF-8 (%s) is a problem of the caller, in the form of every problem',
  async (path) => {
    const { status, body, headers } = await call('GET', path);
    expect(status).toBe(400);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body.correlationId).toBe(headers['x-correlation-id']);
  },
);

test('a body that is no UTF-8 is refused rather than stored with other characters', async () => {
  const bytes = Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
  const { status, body } = await call('POST', '/accounts', bytes, JSON_BODY);
  expect([status, body.code]).toEqual([400, 'malformedJson']);
});

test('a body that is no JSON, and a key that would change the prototype of objects, are named', async () => {
  const send = async (text: string) => {
    const { status, body } = await call('POST', '/accounts', Buffer.from(text), JSON_BODY);
    return [status, body.code, body.detail];
  };
  expect(await send('{"name": }')).toEqual([400, 'malformedJson', expect.stringContaining('}')]);
  expect(await send('{"name":"A","__proto__":{}}')).toEqual([
    400,
    'reservedKey',
    expect.stringContaining('"__proto__"'),
  ]);
});

test('a change without fields is distinguished from one that changes nothing', async () => {
  const id = await made('accounts', { name: 'Still' });
  expect((await call('PATCH', `/accounts/${id}`, Buffer.from('null'), JSON_BODY)).status).toBe(422);
  expect((await call('PATCH', `/accounts/${id}`)).status).toBe(422);
  expect((await call('PATCH', `/accounts/${id}`, {})).status).toBe(200);
});

test('a bulk row with an id that only looks like one is named', async () => {
  const { status, body } = await call('POST', '/accounts/bulk', {
    action: 'update',
    rows: [{ id: '-'.repeat(36), name: 'x' }],
  });
  expect([status, body.errors[0].pointer]).toEqual([422, '/rows/0/id']);
});

test('half of a surrogate pair in a company’s or a person’s name is reported at its field', async () => {
  const wish = { subdomain: 'half-pair', email: 'half@example.com', password: 'violet kettle 77 harbour' };
  for (const [field, names] of [
    ['companyName', { companyName: 'A\ud800', name: 'Ann' }],
    ['name', { companyName: 'A', name: 'Ann\udc00' }],
  ] as const) {
    const { status, body } = await api.call('POST', '/auth/register', { body: { ...wish, ...names } });
    expect([status, body.errors?.[0].pointer]).toEqual([422, `/${field}`]);
  }
});

test('a 401 says how to log in', async () => {
  const { status, headers } = await api.call('GET', '/accounts');
  expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer']);
});

test('nothing can refer to a record that is deleted at the same moment', async () => {
  const rounds = Array.from({ length: 12 }, async (_, i) => {
    const account = await made('accounts', { name: `Fought over ${i}` });
    const [removed, created] = await Promise.all([
      call('DELETE', `/accounts/${account}`),
      call('POST', '/opportunities', { account }),
    ]);
    // The first one decides: either the deal is created and the account stays, or the account is deleted and the deal
    // is refused.
    expect([
      [204, 422],
      [409, 201],
    ]).toContainEqual([removed.status, created.status]);
  });
  await Promise.all(rounds);
});

test('repeating an invitation with its key returns the first one', async () => {
  const roles = await call('GET', '/roles');
  const wish = { email: 'twice@example.com', name: 'Tess Twice', roleIds: [roles.body.data[0].id] };
  const key = { 'idempotency-key': 'invite-1' };
  const first = await call('POST', '/members/invite', wish, key);
  const again = await call('POST', '/members/invite', wish, key);
  expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
  expect((await call('POST', '/members/invite', { ...wish, name: 'Other' }, key)).status).toBe(422);
  expect((await call('POST', '/members/invite', wish)).status).toBe(409);
});

test('an amount with a million decimals is refused', async () => {
  const { status, body } = await call('POST', '/accounts', {
    name: 'Long',
    annualRevenue: `0.${'0'.repeat(1_000_000)}1`,
  });
  expect([status, body.errors[0].pointer]).toEqual([422, '/annualRevenue']);
});

test('a time or a day that the database could not read is refused, and one with any offset is read', async () => {
  const account = await made('accounts', { name: 'Timed' });
  const share = { object: 'account', record: account, grantee: { kind: 'member', id: company.memberId } };
  const statuses = (time: string) => {
    const text = encodeURIComponent(time);
    const answers = [
      call('GET', `/accounts/${account}/as-of?at=${text}`),
      ...['audit', 'masking-log'].flatMap((log) =>
        ['from', 'to'].map((end) => call('GET', `/${log}?${end}=${text}`)),
      ),
      call('POST', '/shares', { ...share, access: 'read', until: time }),
      call('POST', '/api-keys', { name: 'Timed', roleId: account, expiresAt: time }),
    ];
    return Promise.all(answers.map(async (answer) => (await answer).status));
  };
  // No record, share or role of that time: answers of the product, not failures of the database.
  expect(await statuses('2026-01-01T00:00:00+23:59')).toEqual([404, 200, 200, 200, 200, 422, 422]);
  for (const time of ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+15:00', '9999-12-31T23:59:59-12:00'])
    expect(await statuses(time)).toEqual([400, 400, 400, 400, 400, 422, 422]);
  for (const [method, path, body] of [
    ['POST', '/opportunities', { name: 'Day', closeDate: '0000-01-01' }],
    ['PUT', '/exchange-rates', { rates: [{ currency: 'CHF', date: '0000-01-01', rate: '1.1' }] }],
  ] as const)
    expect((await call(method, path, body)).status).toBe(422);
});

test('the audit searched for an empty action finds nothing', async () => {
  const { status, body } = await call('GET', '/audit?action=');
  expect([status, body.data]).toEqual([200, []]);
});
