import { testDatabase, type TestDatabase } from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestApi, type TestCompany, testApi } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';
import { failedJob } from './testing/failed-job.js';

let database: TestDatabase;
let api: TestApi;
let company: TestCompany;
let people: TestPeople;

beforeAll(async () => {
  database = await testDatabase();
  api = await testApi(database);
  company = await registerCompany(api);
  people = await TestPeople.of(database, api, company);
});
afterAll(async () => {
  await people.end();
  await api.close();
  await database.drop();
});

const admin = (method: string, path: string, headers: Record<string, string> = {}) =>
  api.call(method, path, { token: company.token, headers });
const listed = async (query = '') => (await admin('GET', `/dead-letters${query}`)).body;
const ids = ({ data }: { data: { id: string }[] }) => data.map(({ id }) => id);
const verbsOf = async (id: string) => {
  const { rows } = await people.sql(
    `select verb, changes from record_event where object = 'security.job' and record_id = $1 order by id`,
    [id],
  );
  return rows.map(({ verb, changes }) => [verb, changes.name.after]);
};

test('failed work is listed by pages, the latest first, by kind and source, with reasons but no content', async () => {
  const at = (second: number) => ({ failedAt: `2026-05-01T10:00:0${second}.000Z` });
  const first = await failedJob(api, company.tenantId, {
    name: 'imports.run',
    lastError: 'ProblemError [tooLarge]: the account Acme is too large',
    ...at(1),
  });
  const second = await failedJob(api, company.tenantId, { name: 'consumer:counter', ...at(2) });
  // As late as the second: the id decides.
  const third = await failedJob(api, company.tenantId, { name: 'bulk.run', ...at(2) });

  const page = await listed('?limit=2');
  expect(ids(page)).toEqual([third, second]);
  expect(page.data[1]).toEqual({
    id: second,
    kind: 'consumer',
    source: 'counter',
    errorClass: 'poison',
    reason: 'Error',
    attempts: 5,
    correlationId: 'the-request',
    eventId: second,
    createdAt: expect.any(String),
    failedAt: '2026-05-01T10:00:02.000Z',
  });
  const rest = await listed(`?limit=2&cursor=${page.page.nextCursor}`);
  expect(rest).toMatchObject({
    data: [{ id: first, kind: 'job', source: 'imports.run', reason: 'tooLarge', eventId: null }],
    page: { hasMore: false, nextCursor: null },
  });
  expect(JSON.stringify(rest)).not.toContain('Acme');

  expect(ids(await listed('?kind=consumer'))).toEqual([second]);
  expect(ids(await listed('?kind=job'))).toEqual([third, first]);
  expect(ids(await listed('?source=counter'))).toEqual([second]);
  expect(ids(await listed('?kind=job&source=counter'))).toEqual([]);
  const elsewhere = await admin('GET', `/dead-letters?kind=job&cursor=${page.page.nextCursor}`);
  expect(elsewhere).toMatchObject({ status: 400, body: { code: 'invalidCursor' } });
});

test('only people with the right to manage jobs see failed work and decide about it', async () => {
  const id = await failedJob(api, company.tenantId);
  const without = await people.colleague([await people.role({ system: ['manageSettings', 'viewAudit'] })]);
  const within = await people.colleague([await people.role({ system: ['manageJobs'] })]);
  await people.settle();
  for (const [method, path] of [
    ['GET', '/dead-letters'],
    ['POST', `/dead-letters/${id}/replay`],
    ['DELETE', `/dead-letters/${id}`],
  ] as const)
    expect((await api.call(method, path, { token: without.token })).status).toBe(403);
  expect((await api.call('GET', '/dead-letters', { token: within.token })).status).toBe(200);
  expect((await api.call('DELETE', `/dead-letters/${id}`, { token: within.token })).status).toBe(204);
});

test('people who replay at once do it once, and the audit log says who did', async () => {
  const id = await failedJob(api, company.tenantId, { name: 'consumer:counter' });
  const replay = (headers = {}) => admin('POST', `/dead-letters/${id}/replay`, headers);
  const answers = await Promise.all([replay(), replay(), replay()]);
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 409, 409]);
  expect(answers.find(({ status }) => status === 409)!.body.code).toBe('notFailed');
  expect(ids(await listed())).not.toContain(id);
  expect(await verbsOf(id)).toEqual([['deadLetterReplayed', 'consumer:counter']]);
  expect((await admin('DELETE', `/dead-letters/${id}`)).status).toBe(409);
});

test('a repeated request to replay gets the same answer and does nothing more', async () => {
  const id = await failedJob(api, company.tenantId);
  const replay = () => admin('POST', `/dead-letters/${id}/replay`, { 'idempotency-key': `replay-${id}` });
  expect([(await replay()).status, (await replay()).status]).toEqual([204, 204]);
  expect(await verbsOf(id)).toEqual([['deadLetterReplayed', 'sample.failed']]);
});

test('discarded work leaves the list for good, and its job stays failed', async () => {
  const id = await failedJob(api, company.tenantId);
  const discard = () => admin('DELETE', `/dead-letters/${id}`);
  expect((await discard()).status).toBe(204);
  expect(ids(await listed())).not.toContain(id);
  expect(await discard()).toMatchObject({ status: 409, body: { code: 'alreadyDiscarded' } });
  expect((await admin('POST', `/dead-letters/${id}/replay`)).status).toBe(409);
  expect(await verbsOf(id)).toEqual([['deadLetterDiscarded', 'sample.failed']]);
  expect((await people.sql('select state from job where id = $1', [id])).rows).toEqual([{ state: 'dead' }]);
});
