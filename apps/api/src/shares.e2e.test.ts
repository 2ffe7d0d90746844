import { randomUUID } from 'node:crypto';
import { AccessDirectory } from '@pellucid/platform/access';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

let api: TestApi;
let company: TestCompany;
let people: TestPeople;
let team: string;
/** May read and change their own accounts and assign none. */
let ann: Colleague;
let ben: Colleague;
/** In the team. */
let cleo: Colleague;
/** May read only their own accounts. */
let dora: Colleague;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  const scoped = (...actions: string[]) =>
    actions.map((action) => ({ object: 'account', action, scope: 'own' as const }));
  const rep = await people.role({ permissions: scoped('read', 'create', 'update', 'delete') });
  const reader = await people.role({ permissions: scoped('read') });
  team = await people.team();
  [ann, ben] = [await people.colleague([rep]), await people.colleague([rep])];
  [cleo, dora] = [await people.colleague([rep], { teamId: team }), await people.colleague([reader])];
  await know();
});
afterAll(async () => {
  await people?.end();
});

/** Makes the API see at once what was written to the database directly. */
const know = async () => {
  await people.sql('update tenant set access_version = access_version + 1 where id = $1', [company.tenantId]);
  api.app.get(AccessDirectory).forget(company.tenantId);
};
const as = (who: { token: string }, method: string, path: string, body?: unknown, headers = {}) =>
  api.call(method, path, { token: who.token, body, headers });
const accountOf = async (who: { token: string }): Promise<string> =>
  (await as(who, 'POST', '/accounts', { name: `Account ${randomUUID()}` })).body.id;
const to = (who: Colleague) => ({ kind: 'member', id: who.memberId });
const share = (by: { token: string }, record: string, grantee: object, access = 'read', more = {}) =>
  as(by, 'POST', '/shares', { object: 'account', record, grantee, access, ...more });
const at = (ms: number) => new Date(Date.now() + ms).toISOString();
const inAnHour = () => at(3_600_000);
const seen = async (who: Colleague, id: string) => {
  const one = (await as(who, 'GET', `/accounts/${id}`)).status;
  const { data } = (await as(who, 'GET', '/accounts?limit=200')).body;
  expect(data.some((row: { id: string }) => row.id === id)).toBe(one === 200);
  return one;
};
const codes = (answer: { status: number; body: any }) => [
  answer.status,
  answer.body.errors?.[0]
    ? `${answer.body.errors[0].pointer} ${answer.body.errors[0].code}`
    : answer.body.code,
];

test('a record shared to read can be read, and changed only once it is shared to edit', async () => {
  const id = await accountOf(ann);
  expect(await seen(ben, id)).toBe(404);
  const made = await share(ann, id, to(ben));
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ object: 'account', record: id, access: 'read', until: null });
  expect(await seen(ben, id)).toBe(200);
  expect((await as(ben, 'PATCH', `/accounts/${id}`, { city: 'Kiel' })).status).toBe(403);
  const widened = await share(ann, id, to(ben), 'edit');
  expect([widened.status, widened.body.id, widened.body.access]).toEqual([200, made.body.id, 'edit']);
  expect((await as(ben, 'PATCH', `/accounts/${id}`, { city: 'Kiel' })).status).toBe(200);
  // A share to edit allows neither deleting nor sharing.
  expect((await as(ben, 'DELETE', `/accounts/${id}`)).status).toBe(403);
  expect((await as(ann, 'DELETE', `/shares/${made.body.id}`)).status).toBe(204);
  expect(await seen(ben, id)).toBe(404);
});

test('a team’s share reaches its people', async () => {
  const id = await accountOf(ann);
  expect((await share(ann, id, { kind: 'team', id: team })).status).toBe(201);
  expect([await seen(cleo, id), await seen(ben, id)]).toEqual([200, 404]);
});

test('a share gives no rights that roles do not give', async () => {
  const id = await accountOf(ann);
  await share(ann, id, to(dora), 'edit');
  expect(await seen(dora, id)).toBe(200);
  expect((await as(dora, 'PATCH', `/accounts/${id}`, { city: 'Kiel' })).status).toBe(403);
});

test('nobody shares a record that was shared with them, or that they may only view', async () => {
  const id = await accountOf(ann);
  expect(codes(await share(ben, id, to(cleo)))).toEqual([404, 'notFound']);
  await share(ann, id, to(ben), 'edit');
  for (const access of ['read', 'edit'])
    expect(codes(await share(ben, id, to(cleo), access)), access).toEqual([403, 'notYoursToShare']);
  const readOnly = await accountOf(company);
  await people.sql('update account set owner_id = $1 where id = $2', [dora.memberId, readOnly]);
  expect(codes(await share(dora, readOnly, to(ben)))).toEqual([403, 'permissionMissing']);
});

test('strangers, people without a log-in and deleted teams are refused', async () => {
  const id = await accountOf(ann);
  const other = await registerCompany(api);
  const off = await people.colleague([]);
  await people.sql(`update member set status = 'inactive' where id = $1`, [off.memberId]);
  const invited = await people.colleague([]);
  await people.sql(`update member set status = 'invited' where id = $1`, [invited.memberId]);
  const technical = (await as(company, 'POST', '/members', { name: 'No log-in' })).body.id;
  const gone = await people.team();
  await people.sql('update team set deleted_at = now() where id = $1', [gone]);
  for (const grantee of [
    { kind: 'member', id: randomUUID() },
    { kind: 'member', id: other.memberId },
    { kind: 'member', id: team },
    to(off),
    to(invited),
    { kind: 'member', id: technical },
    { kind: 'team', id: gone },
    { kind: 'team', id: ben.memberId },
  ])
    expect(codes(await share(ann, id, grantee)), JSON.stringify(grantee)).toEqual([
      422,
      '/grantee/id unknownGrantee',
    ]);
  expect(codes(await share(ann, id, to(ann)))).toEqual([422, '/grantee/id sharedWithSelf']);
  const robot = await share(ann, id, { kind: 'robot', id: ben.memberId });
  expect(codes(robot)).toEqual([422, '/grantee/kind invalid_value']);
  expect(
    codes(
      await as(ann, 'POST', '/shares', { object: 'planet', record: id, grantee: to(ben), access: 'read' }),
    ),
  ).toEqual([422, '/object unknownObject']);
});

test('a share ends at its time, and one that would already have ended is refused', async () => {
  const id = await accountOf(ann);
  expect(codes(await share(ann, id, to(ben), 'read', { until: at(-1000) }))).toEqual([
    422,
    '/until untilHasPassed',
  ]);
  expect((await share(ann, id, to(ben), 'read', { until: inAnHour() })).status).toBe(201);
  expect(await seen(ben, id)).toBe(200);
  await people.sql(`update record_share set until = now() - interval '1 second' where record_id = $1`, [id]);
  expect(await seen(ben, id)).toBe(404);
  expect((await as(ann, 'GET', `/shares?object=account&record=${id}`)).body.data).toEqual([]);
  // Sharing again creates a new share.
  expect((await share(ann, id, to(ben))).status).toBe(201);
});

test('everyone who can view a record sees its shares, with the names that they may view', async () => {
  const id = await accountOf(ann);
  await share(ann, id, to(ben), 'edit', { until: inAnHour() });
  await share(ann, id, { kind: 'team', id: team });
  const asAdmin = (await as(company, 'GET', `/shares?object=account&record=${id}`)).body.data;
  expect(asAdmin.map((s: any) => [s.grantee.kind, s.grantee.name, s.access, s.createdBy.name])).toEqual([
    ['member', ben.name, 'edit', ann.name],
    ['team', `team ${team}`, 'read', ann.name],
  ]);
  const asBen = (await as(ben, 'GET', `/shares?object=account&record=${id}`)).body.data;
  expect(asBen.map((s: any) => s.grantee.name)).toEqual([null, null]);
  expect((await as(dora, 'GET', `/shares?object=account&record=${id}`)).status).toBe(404);
});

test('shares of a deleted record are hidden, and restored with it', async () => {
  const id = await accountOf(ann);
  const made = await share(ann, id, to(ben));
  await as(ann, 'DELETE', `/accounts/${id}`);
  expect((await as(ann, 'GET', `/shares?object=account&record=${id}`)).status).toBe(404);
  expect((await as(ann, 'DELETE', `/shares/${made.body.id}`)).status).toBe(404);
  expect(await seen(ben, id)).toBe(404);
  await as(ann, 'POST', `/accounts/${id}/restore`);
  expect(await seen(ben, id)).toBe(200);
});

test('the holder of a share may give it up, and nobody else can take it', async () => {
  const id = await accountOf(ann);
  const made = await share(ann, id, to(ben));
  const other = await share(ann, id, to(cleo), 'edit');
  expect(codes(await as(ben, 'DELETE', `/shares/${other.body.id}`))).toEqual([403, 'notYoursToShare']);
  expect((await as(ben, 'DELETE', `/shares/${made.body.id}`)).status).toBe(204);
  expect(await seen(ben, id)).toBe(404);
  const stranger = await registerCompany(api);
  expect((await as(stranger, 'DELETE', `/shares/${other.body.id}`)).status).toBe(404);
});

test('the log says what was shared and unshared on the record’s object', async () => {
  const id = await accountOf(ann);
  const until = inAnHour();
  const headers = { 'idempotency-key': randomUUID() };
  const wish = { object: 'account', record: id, grantee: to(ben), access: 'edit', until };
  const [made, again] = [
    await as(ann, 'POST', '/shares', wish, headers),
    await as(ann, 'POST', '/shares', wish, headers),
  ];
  expect([again.status, again.body.id]).toEqual([201, made.body.id]);
  await as(ann, 'DELETE', `/shares/${made.body.id}`);
  const { rows } = await people.sql(
    `select object, verb, changes, actor_id from record_event where record_id = $1 and verb in ('shared', 'unshared') order by id`,
    [id],
  );
  expect(rows).toEqual([
    {
      object: 'security.account',
      verb: 'shared',
      actor_id: ann.memberId,
      changes: { grantee: { after: to(ben) }, access: { after: 'edit' }, until: { after: until } },
    },
    {
      object: 'security.account',
      verb: 'unshared',
      actor_id: ann.memberId,
      changes: { grantee: { before: to(ben) }, access: { before: 'edit' }, until: { before: until } },
    },
  ]);
});
