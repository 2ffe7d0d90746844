import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { SettingsChecks } from '@pellucid/platform/tenancy';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { type IdentityApi, identityApi, registration } from '../../identity/testing/identity-api.js';

let database: TestDatabase;
let api: IdentityApi;
let replica: IdentityApi;
let admin: any;

beforeAll(async () => {
  database = await testDatabase();
  api = await identityApi(database);
  replica = await identityApi(database, { JWT_SECRET: api.config.JWT_SECRET });
  admin = (
    await api.call('POST', '/auth/register', {
      body: registration({ zone: 'europe/berlin', locale: 'de-de', baseCurrency: 'EUR' }),
    })
  ).body;
});
afterAll(async () => {
  await api?.close();
  await replica?.close();
  await database?.drop();
});

const get = (from = api) => from.call('GET', '/settings', { token: admin.accessToken });
const change = (body: object, headers: Record<string, string> = {}) =>
  api.call('PATCH', '/settings', { token: admin.accessToken, body, headers });

test('a new company has the settings it asked for, in canonical form', async () => {
  const { status, body, headers } = await get();
  expect(status).toBe(200);
  expect(body).toMatchObject({
    zone: 'Europe/Berlin',
    locale: 'de-DE',
    baseCurrency: 'EUR',
    weekStart: 1,
    fiscalYearStartMonth: 1,
    quotas: {},
  });
  expect(headers['etag']).toBe(`"${body.version}"`);
});

test('a change returns all settings, and another replica applies it within a second', async () => {
  await replica.call('GET', '/auth/me', { token: admin.accessToken });
  const before = (await get()).body;
  const { status, body } = await change({
    zone: 'America/New_York',
    fiscalYearStartMonth: 4,
    featureFlags: { beta: true },
    name: 'New name',
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    ...before,
    zone: 'America/New_York',
    fiscalYearStartMonth: 4,
    featureFlags: { beta: true },
    name: 'New name',
    version: before.version + 1,
    updatedAt: expect.any(String),
  });
  await vi.waitUntil(
    async () =>
      (await replica.call('GET', '/auth/me', { token: admin.accessToken })).body.settings.zone ===
      'America/New_York',
    { timeout: 60_000, interval: 50 },
  );
});

test('a stale If-Match gives 412 with the current settings, and nothing changes', async () => {
  const { body } = await get();
  const stale = await change({ weekStart: 0 }, { 'if-match': `"${body.version - 1}"` });
  expect(stale.status).toBe(412);
  expect(stale.body).toMatchObject({ current: { version: body.version }, yours: { weekStart: 0 } });
  expect((await get()).body.weekStart).toBe(body.weekStart);
  expect((await change({ weekStart: 0 }, { 'if-match': `"${body.version}"` })).status).toBe(200);
  expect((await change({}, { 'if-match': 'whatever' })).status).toBe(400);
});

test('the same values again change nothing, not even the version', async () => {
  const { body } = await get();
  expect((await change({ zone: body.zone })).body.version).toBe(body.version);
});

test.each([
  ['no zone', { zone: 'Mars/Olympus' }, '/zone'],
  ['an offset for a zone', { zone: '+02:00' }, '/zone'],
  ['no language', { locale: 'x y' }, '/locale'],
  ['no currency', { baseCurrency: 'XXX' }, '/baseCurrency'],
  ['month 13', { fiscalYearStartMonth: 13 }, '/fiscalYearStartMonth'],
  ['no day without activity', { inactiveAfterDays: 0 }, '/inactiveAfterDays'],
  ['a blank name', { name: ' ' }, '/name'],
  ['quotas', { quotas: { users: 5 } }, '/quotas'],
  ['status', { status: 'suspended' }, '/status'],
  ['a flag that is no boolean', { featureFlags: { a: 'yes' } }, '/featureFlags/a'],
])('%s is refused with 422 naming the field', async (_name, body, pointer) => {
  const answer = await change(body);
  expect(answer.status).toBe(422);
  expect(answer.body.errors[0].pointer).toBe(pointer);
});

test('a module can object to a change, which then does not happen', async () => {
  api.app.get(SettingsChecks).register({
    name: 'test.no-yen',
    check: async (_uow, _before, after) =>
      after.baseCurrency === 'JPY'
        ? [{ pointer: '/baseCurrency', code: 'inUse', message: 'Amounts stand in another currency.' }]
        : [],
  });
  const answer = await change({ baseCurrency: 'JPY', weekStart: 3 });
  expect(answer.body.errors).toMatchObject([{ pointer: '/baseCurrency', code: 'inUse' }]);
  expect((await get()).body).toMatchObject({ baseCurrency: 'EUR', weekStart: 0 });
});

test('settings of one company are not those of another', async () => {
  const stranger = (await api.call('POST', '/auth/register', { body: registration() })).body;
  const { body } = await api.call('GET', '/settings', { token: stranger.accessToken });
  expect(body).toMatchObject({ name: stranger.tenant.name, zone: 'UTC' });
  expect((await api.call('GET', '/settings')).status).toBe(401);
});

test('catalogues exist for both languages and their regions, and other languages give 404', async () => {
  const text = async (locale: string) => (await api.call('GET', `/catalogues/${locale}`)).body;
  expect((await text('de-AT')).locale).toBe('de');
  expect((await text('de')).messages.notFound).not.toBe((await text('en')).messages.notFound);
  expect((await api.call('GET', '/catalogues/fr')).status).toBe(404);
  expect((await api.call('GET', '/catalogues/__proto__')).status).toBe(400);
});
