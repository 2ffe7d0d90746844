/** Sharing many records at once: the rights of single shares, record by record, and nothing told of the others. */
import { randomUUID } from 'node:crypto';
import { AccessDirectory } from '@pellucid/platform/access';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

let api: TestApi;
let company: TestCompany;
let people: TestPeople;
/** May change their own accounts, in bulk too, and see those of others that are shared with them. */
let ann: Colleague;
let ben: Colleague;
/** As they, but not in bulk. */
let cleo: Colleague;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  const scoped = (...actions: string[]) =>
    actions.map((action) => ({ object: 'account', action, scope: 'own' as const }));
  const rep = await people.role({ permissions: scoped('read', 'create', 'update', 'bulk') });
  const single = await people.role({ permissions: scoped('read', 'create', 'update') });
  [ann, ben] = [await people.colleague([rep]), await people.colleague([rep])];
  cleo = await people.colleague([single]);
  await people.sql('update tenant set access_version = access_version + 1 where id = $1', [company.tenantId]);
  api.app.get(AccessDirectory).forget(company.tenantId);
});
afterAll(() => people?.end());

const as = (who: { token: string }, method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: who.token, body });
const accountOf = async (who: { token: string }, name = `Account ${randomUUID()}`): Promise<string> =>
  (await as(who, 'POST', '/accounts', { name })).body.id;
const to = (who: Colleague, access = 'read', more = {}) => ({
  grantee: { kind: 'member', id: who.memberId },
  access,
  ...more,
});
const bulk = (who: { token: string }, body: object, path = '/accounts/bulk') =>
  as(who, 'POST', path, { action: 'share', ...body });
const seenBy = async (who: Colleague, ids: string[]) => {
  const { data } = (await as(who, 'GET', '/accounts?limit=200')).body;
  return ids.map((id) => data.some((row: { id: string }) => row.id === id));
};
const outcomes = ({ body }: { body: any }) =>
  body.results.map(({ status, errors }: any) => errors?.[0].code ?? status);

test('shares what the caller may share, tells why not of the rest, and ends it again', async () => {
  const [mine, second, theirs, passed] = [
    await accountOf(ann),
    await accountOf(ann),
    await accountOf(cleo),
    await accountOf(ben),
  ];
  await as(ben, 'POST', '/shares', { object: 'account', record: passed, ...to(ann, 'edit') });
  const ids = [mine, second, theirs, passed, randomUUID()];
  const reasons = ['notFound', 'notYoursToShare', 'notFound'];
  const preview = await bulk(ann, { ids, share: to(ben) }, '/accounts/bulk/preview');
  expect(preview.body.counts, JSON.stringify(preview.body)).toEqual({ updated: 2, failed: 3 });
  expect(preview.body.refused.map(({ errors }: any) => errors[0].code)).toEqual(reasons);
  expect(await seenBy(ben, [mine, second])).toEqual([false, false]);

  expect(outcomes(await bulk(ann, { ids, share: to(ben) }))).toEqual(['updated', 'updated', ...reasons]);
  expect(await seenBy(ben, [mine, second, theirs])).toEqual([true, true, false]);
  expect(outcomes(await bulk(ann, { ids: [mine, second], share: to(ben) }))).toEqual([
    'unchanged',
    'unchanged',
  ]);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  expect(outcomes(await bulk(ann, { ids: [mine], share: to(ben, 'edit', { until }) }))).toEqual(['updated']);
  const { data } = (await as(ann, 'GET', `/shares?object=account&record=${mine}`)).body;
  expect(data).toMatchObject([{ access: 'edit', until }]);

  expect(outcomes(await bulk(ann, { ids: [mine, theirs], share: to(ben, 'none') }))).toEqual([
    'updated',
    'notFound',
  ]);
  expect(await seenBy(ben, [mine, second])).toEqual([false, true]);
  const { rows } = await people.sql(
    `select verb from record_event where record_id = $1 and object = 'security.account' order by id`,
    [mine],
  );
  expect(rows.map(({ verb }: any) => verb)).toEqual(['shared', 'shared', 'unshared']);
});

test('takes the right to change in bulk, and an answer for a hidden record is the same as for none', async () => {
  const mine = await accountOf(cleo);
  const refused = await bulk(cleo, { ids: [mine], share: to(ben) });
  expect([refused.status, refused.body.code]).toEqual([403, 'permissionMissing']);
  const worlds = [await accountOf(ben), randomUUID()].map(async (id) => {
    const { status, body } = await bulk(ann, { ids: [id], share: to(cleo) });
    return JSON.stringify([status, body]).replaceAll(id, 'id');
  });
  const [hidden, missing] = await Promise.all(worlds);
  expect(hidden).toBe(missing);
});

test('refuses what no record can be shared as, by name', async () => {
  const ids = [await accountOf(ann)];
  const refusal = async (body: object) => {
    const answer = await bulk(ann, body);
    return [answer.status, answer.body.errors?.map((e: any) => `${e.pointer} ${e.code}`)];
  };
  const stranger = { grantee: { kind: 'member', id: randomUUID() }, access: 'read' };
  const past = new Date(Date.now() - 1000).toISOString();
  expect(await refusal({ ids, share: to(ann) })).toEqual([422, ['/share/grantee/id sharedWithSelf']]);
  expect(await refusal({ ids, share: stranger })).toEqual([422, ['/share/grantee/id unknownGrantee']]);
  expect(await refusal({ ids, share: to(ben, 'read', { until: past }) })).toEqual([
    422,
    ['/share/until untilHasPassed'],
  ]);
  expect(await refusal({ ids })).toEqual([422, ['/share required']]);
  expect(await refusal({ rows: [{ id: ids[0] }], share: to(ben) })).toEqual([422, ['/rows required']]);
  expect(await refusal({ ids, action: 'delete', share: to(ben) })).toEqual([422, ['/share onlyForShare']]);
});

test('what a cause did to shares is previewed and undone, unless it was changed since, and that again', async () => {
  const ids = [await accountOf(ann), await accountOf(ann), await accountOf(ann)];
  const [made, raised, changed] = ids as [string, string, string];
  const share = (id: string, access: string) =>
    as(ann, 'POST', '/shares', { object: 'account', record: id, ...to(ben, access) });
  await share(raised, 'read');
  const shared = await bulk(ann, { ids, share: to(ben, 'edit') });
  expect(outcomes(shared)).toEqual(['updated', 'updated', 'updated']);
  await share(changed, 'read');
  const cause = { correlationId: shared.headers['x-correlation-id'] };
  const terms = async () =>
    Promise.all(
      ids.map(async (id) => {
        const { data } = (await as(ann, 'GET', `/shares?object=account&record=${id}`)).body;
        return data.map(({ access }: { access: string }) => access).join();
      }),
    );

  expect((await as(ben, 'POST', '/undo/preview', cause)).body.code).toBe('nothingFound');
  const counts = { restored: 0, deleted: 0, changed: 2, conflicts: 1 };
  const preview = await as(ann, 'POST', '/undo/preview', cause);
  expect(preview.body).toMatchObject({ counts, isComplete: true });
  expect(preview.body.sample.map(({ record, changes }: any) => [record.id, changes[0].field])).toEqual(
    expect.arrayContaining([
      [made, 'shares'],
      [raised, 'shares'],
    ]),
  );
  expect(preview.body.conflicts).toMatchObject([{ record: { id: changed }, code: 'changedSince' }]);
  expect(await terms()).toEqual(['edit', 'edit', 'read']);

  const undone = await as(ann, 'POST', '/undo', cause);
  expect(undone.body).toMatchObject({ status: 'completed', counts });
  expect(await terms()).toEqual(['', 'read', 'read']);
  const nothing = { counts: { changed: 0, conflicts: 1 } };
  expect((await as(ann, 'POST', '/undo', cause)).body).toMatchObject(nothing);

  const again = await as(ann, 'POST', '/undo', { cause: { kind: 'undo', id: undone.body.id } });
  expect(again.body.counts).toMatchObject({ changed: 2, conflicts: 0 });
  expect(await terms()).toEqual(['edit', 'edit', 'read']);

  // Out of sight they are no part of the cause, and what may only be read is not theirs to share.
  await as(company, 'PATCH', `/accounts/${made}`, { owner: ben.memberId });
  await as(company, 'PATCH', `/accounts/${raised}`, { owner: ben.memberId });
  await as(company, 'PATCH', `/accounts/${changed}`, { owner: ben.memberId });
  expect((await as(ann, 'POST', '/undo/preview', cause)).body.code).toBe('nothingFound');
  await as(company, 'POST', '/shares', { object: 'account', record: made, ...to(ann, 'read') });
  expect((await as(ann, 'POST', '/undo/preview', cause)).body).toMatchObject({
    counts: { changed: 0, conflicts: 1 },
    conflicts: [{ record: { id: made }, code: 'notYoursToShare' }],
  });
});

test('a share with a team that is gone does not come back', async () => {
  const account = await accountOf(company);
  const team = (await as(company, 'POST', '/teams', { name: `Team ${randomUUID()}` })).body.id;
  const grantee = { kind: 'team', id: team };
  const { body } = await as(company, 'POST', '/shares', {
    object: 'account',
    record: account,
    grantee,
    access: 'read',
  });
  const ended = await as(company, 'DELETE', `/shares/${body.id}`);
  expect(ended.status).toBe(204);
  expect((await as(company, 'DELETE', `/teams/${team}`)).status).toBe(204);
  const cause = { correlationId: ended.headers['x-correlation-id'] };
  expect((await as(company, 'POST', '/undo/preview', cause)).body).toMatchObject({
    counts: { changed: 0, conflicts: 1 },
    conflicts: [{ code: 'unknownGrantee' }],
  });
  expect((await as(company, 'POST', '/undo', cause)).body).toMatchObject({
    counts: { changed: 0, conflicts: 1 },
  });
});
