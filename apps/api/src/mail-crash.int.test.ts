import { eventually } from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MailServer, type MailStep } from './testing/mail-server.js';
import { TestPeople } from './testing/colleagues.js';
import { WorkerStage } from './testing/worker-stage.js';

/** Where the workers are killed, one after the other. */
const KILLINGS: MailStep[] = ['recipient', 'data', 'data'];
/** Messages that a worker sends at the same time: as many may be cut off by each killing. */
const AT_ONCE = 4;
const MAILS = KILLINGS.length * AT_ONCE;
const READERS = KILLINGS.length * AT_ONCE + 2;
let mail: MailServer;
let stage: WorkerStage;

beforeAll(async () => {
  mail = await MailServer.open();
  stage = await WorkerStage.open({ SMTP_URL: mail.url });
});
afterAll(async () => {
  await stage?.close();
  await mail?.close();
});

async function invite(count: number): Promise<void> {
  const roleIds = [(await stage.call('GET', '/roles')).body.data[0].id];
  for (let n = 0; n < count; n++) {
    const email = `mail-${crypto.randomUUID()}@example.org`;
    const answer = await stage.call('POST', '/members/invite', { name: 'Invited', email, roleIds });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  }
}

const messages = async (state: string): Promise<string[]> => {
  const { rows } = await stage.owner.query('select id from outbound_message where state = $1', [state]);
  return rows.map(({ id }) => `${id}@pellucid`);
};
const undelivered = async () => (await stage.call('GET', '/undelivered-messages?limit=100')).body.data;

/** Lets the time pass after which claims of a dead worker count as cut off, and its jobs go to others. */
const waitOutLeases = () =>
  stage.owner.query(`update outbound_message set lease_until = now() where state = 'claimed';
    update job set lease_until = now() where state = 'running'`);

const haveEnded = () =>
  eventually(async () => (await messages('pending')).length + (await messages('claimed')).length === 0);

test('kill -9 during mail delivery loses nothing, and repeats nothing that was not marked unknown first', async () => {
  await invite(MAILS);
  for (const step of KILLINGS) {
    const held = mail.hold(step);
    stage.startWorker();
    await held;
    await stage.killWorkers();
    mail.resume();
    // What was cut off is claimed: another worker must not touch it before it knows.
    expect((await messages('claimed')).length).toBeGreaterThan(0);
    await waitOutLeases();
  }
  stage.startWorker();
  await haveEnded();

  const unknown = await messages('unknown');
  expect(unknown.length).toBeGreaterThanOrEqual(KILLINGS.length);
  const counts = mail.counts();
  // None missing: each was received, or is shown as unknown. None repeated.
  const sent = await messages('sent');
  expect(sent.length + unknown.length).toBe(MAILS + 1); // and the confirmation of the company's first address
  for (const id of sent) expect(counts.get(id), id).toBe(1);
  for (const id of unknown) expect(counts.get(id) ?? 0, id).toBeLessThanOrEqual(1);
  // Those held up after their text had arrived were received, although the worker could not know.
  expect(unknown.some((id) => counts.get(id) === 1)).toBe(true);

  const listed = await undelivered();
  expect(listed.map(({ id }: { id: string }) => `${id}@pellucid`).sort()).toEqual(unknown.sort());
  expect(listed[0]).toMatchObject({ state: 'unknown', reason: 'cutOff', channel: 'mail', attempts: 1 });
  for (const { id } of listed)
    expect((await stage.call('POST', `/undelivered-messages/${id}/send-again`)).status).toBe(204);
  await haveEnded();
  const after = mail.counts();
  for (const id of unknown) expect(after.get(id), id).toBe((counts.get(id) ?? 0) + 1);
  for (const id of sent) expect(after.get(id), id).toBe(1);
  expect(await undelivered()).toEqual([]);
});

test('kill -9 while notifications and digests are mailed loses none, and repeats none that was not marked unknown first', async () => {
  const people = await TestPeople.of(stage.database, stage.api, stage.company);
  const roleId = await people.role({
    permissions: [{ object: '*', action: 'read', scope: 'all' }] as never,
  });
  const readers = [];
  for (let n = 0; n < READERS; n++) readers.push(await people.colleague([roleId]));
  await stage.owner.query('update identity set email_verified_at = now()');
  await people.settle();
  for (const [n, { memberId, token }] of readers.entries()) {
    const mailed = n % 2 === 0 ? 'immediate' : 'digest';
    const body = { kinds: { assigned: { mail: mailed } } };
    const { status } = await stage.api.call('PATCH', '/notification-settings', { token, body });
    expect(status).toBe(200);
    for (const name of ['First', 'Second'])
      expect((await stage.call('POST', '/accounts', { name, owner: memberId })).status).toBe(201);
  }
  const asked = async (): Promise<{ id: string; state: string }[]> =>
    (await stage.owner.query(`select id, state from outbound_message where kind = 'notifications.mail'`))
      .rows;
  if (stage.workerCount === 0) stage.startWorker();
  await eventually(async () => (await stage.count('notification_event')) === 2 * READERS);
  await stage.killWorkers();
  await waitOutLeases();
  // Two notifications of a person are one message.
  expect((await asked()).map(({ state }) => state)).toEqual(Array(READERS).fill('pending'));
  // Jobs get other ids, because the queue knows when the present ones are due.
  await stage.owner.query(`update outbound_message set created_at = now() - interval '2 days', due_at = now()
      where kind = 'notifications.mail';
    update job set id = gen_random_uuid(), run_at = now() where name = 'outbound.deliver' and state = 'pending'`);

  const before = mail.received.length;
  for (const step of KILLINGS) {
    const held = mail.hold(step);
    stage.startWorker();
    await held;
    await stage.killWorkers();
    mail.resume();
    await waitOutLeases();
  }
  stage.startWorker();
  stage.startWorker();
  await haveEnded();
  const ended = await asked();
  const counts = mail.counts();
  expect(ended).toHaveLength(READERS);
  for (const { id, state } of ended) {
    expect(['sent', 'unknown']).toContain(state);
    const count = counts.get(`${id}@pellucid`) ?? 0;
    if (state === 'sent') expect(count, id).toBe(1);
    else expect(count, id).toBeLessThanOrEqual(1);
  }
  expect(ended.filter(({ state }) => state === 'unknown').length).toBeGreaterThan(0);
  expect(mail.received.length).toBeGreaterThan(before);
  expect(await stage.count('notification_delivery where message_id is null')).toBe(0);
  await people.end();
});
