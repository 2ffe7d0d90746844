import { JobRunner } from '@pellucid/platform/jobs';
import { eventually, testDatabase, type TestDatabase } from '@pellucid/platform/testing';
import type { INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestApi, type TestCompany, testApi } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';
import { MailServer } from './testing/mail-server.js';
import { undeliveredMessage } from './testing/undelivered-message.js';
import { workerBeside } from './testing/worker-in-process.js';

let database: TestDatabase;
let mail: MailServer;
let api: TestApi;
let worker: INestApplicationContext;
let company: TestCompany;
let people: TestPeople;

beforeAll(async () => {
  database = await testDatabase();
  mail = await MailServer.open();
  api = await testApi(database, [], undefined, { SMTP_URL: mail.url });
  worker = await workerBeside(api);
  company = await registerCompany(api);
  people = await TestPeople.of(database, api, company);
});
afterAll(async () => {
  await people?.end();
  await worker?.close();
  await api?.close();
  await mail?.close();
  await database?.drop();
});

const admin = (method: string, path: string, body?: object) =>
  api.call(method, path, { token: company.token, body });
const listed = async (query = '') => (await admin('GET', `/undelivered-messages${query}`)).body;
const ids = ({ data }: { data: { id: string }[] }) => data.map(({ id }) => id);
const rowOf = async (memberId: string) => {
  const { rows } = await people.sql('select * from outbound_message where recipient_id = $1', [memberId]);
  return rows[0];
};
/** Makes the next attempt at a message without waiting for its time. */
async function tryNow(id: string): Promise<void> {
  const { rows } = await people.sql(
    `update job set run_at = now() where state = 'pending' and payload -> 'data' ->> 'messageId' = $1 returning id`,
    [id],
  );
  await worker.get(JobRunner).run(company.tenantId, rows[0].id);
}
async function invite(email: string): Promise<string> {
  const roleIds = [(await admin('GET', '/roles')).body.data[0].id];
  const answer = await admin('POST', '/members/invite', { name: 'Invited', email, roleIds });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body.memberId;
}

test('a refused mail is shown with its reason, keeps its Message-ID when it is sent again, and is logged', async () => {
  mail.refuses.set('refused@example.org', 550);
  const memberId = await invite('refused@example.org');
  const { id } = await eventually(async () => {
    const row = await rowOf(memberId);
    return row?.state === 'failed' ? row : undefined;
  });
  expect((await listed()).data).toEqual([
    {
      id,
      kind: 'identity.invitation',
      channel: 'mail',
      state: 'failed',
      reason: '550',
      attempts: 1,
      recipientId: memberId,
      createdAt: expect.any(String),
      endedAt: expect.any(String),
    },
  ]);
  mail.refuses.clear();
  const answers = await Promise.all(
    [1, 2].map(() => admin('POST', `/undelivered-messages/${id}/send-again`)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  await eventually(async () => (await rowOf(memberId)).state === 'sent');
  expect(mail.counts().get(`${id}@pellucid`)).toBe(1);
  expect(ids(await listed())).toEqual([]);
  const attempts = await people.sql(
    'select number, outcome, reason from outbound_attempt where message_id = $1 order by number',
    [id],
  );
  expect(attempts.rows).toEqual([
    { number: 1, outcome: 'failed', reason: '550' },
    { number: 2, outcome: 'sent', reason: null },
  ]);
  const events = await people.sql('select verb, changes from record_event where record_id = $1', [id]);
  expect(events.rows).toEqual([
    { verb: 'messageSentAgain', changes: { kind: { after: 'identity.invitation' } } },
  ]);
});

test('a mail that the server cannot take yet waits, and is tried again with the same id', async () => {
  mail.refuses.set('full@example.org', 452);
  const memberId = await invite('full@example.org');
  const waiting = await eventually(async () => {
    const row = await rowOf(memberId);
    return row?.attempts === 1 && row.state === 'pending' ? row : undefined;
  });
  expect(waiting).toMatchObject({ reason: '452', lease_until: null });
  expect(waiting.due_at.getTime()).toBeGreaterThan(Date.now());
  mail.refuses.clear();
  await tryNow(waiting.id);
  await eventually(async () => (await rowOf(memberId)).state === 'sent');
  expect(mail.counts().get(`${waiting.id}@pellucid`)).toBe(1);
});

test('a message that is no longer needed is dropped', async () => {
  mail.refuses.set('late@example.org', 452);
  const memberId = await invite('late@example.org');
  const { id } = await eventually(async () => {
    const row = await rowOf(memberId);
    return row?.attempts === 1 && row.state === 'pending' ? row : undefined;
  });
  expect((await admin('DELETE', `/members/${memberId}/invite`)).status).toBeLessThan(300);
  await tryNow(id);
  await eventually(async () => (await rowOf(memberId)).state === 'dropped');
  expect(mail.counts().get(`${id}@pellucid`)).toBeUndefined();
});

test('messages are listed by pages and state, and leave the list when somebody dismisses them', async () => {
  const made: string[] = [];
  for (const state of ['failed', 'unknown', 'failed'])
    made.unshift(await undeliveredMessage(api, company.tenantId, { state }));
  const page = await listed('?limit=2');
  expect(ids(page)).toEqual(made.slice(0, 2));
  expect(ids(await listed(`?limit=2&cursor=${page.page.nextCursor}`))).toEqual(made.slice(2));
  expect(ids(await listed('?state=unknown'))).toEqual([made[1]]);
  const path = `/undelivered-messages/${made[0]}`;
  expect((await admin('DELETE', path)).status).toBe(204);
  expect(await admin('DELETE', path)).toMatchObject({ status: 409, body: { code: 'alreadyDismissed' } });
  expect(ids(await listed())).toEqual(made.slice(1));
});

test('only people with the right to manage jobs see undelivered messages', async () => {
  const without = await people.colleague([await people.role({ system: ['manageSettings', 'viewAudit'] })]);
  const within = await people.colleague([await people.role({ system: ['manageJobs'] })]);
  await people.settle();
  const ask = (token: string) => api.call('GET', '/undelivered-messages', { token });
  expect((await ask(without.token)).status).toBe(403);
  expect((await ask(within.token)).status).toBe(200);
});
