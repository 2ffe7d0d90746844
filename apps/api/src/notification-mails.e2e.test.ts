import type { INestApplicationContext } from '@nestjs/common';
import { JobRunner } from '@pellucid/platform/jobs';
import { eventually, type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { registerCompany, type TestApi, type TestCompany, testApi } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';
import { headerOf, textOf } from './testing/mail-reader.js';
import { MailServer } from './testing/mail-server.js';
import { workerBeside } from './testing/worker-in-process.js';

const READ_ALL = [
  { object: '*', action: 'read', scope: 'all' },
  { object: '*', action: 'create' },
  { object: '*', action: 'update', scope: 'all' },
] as never;
const BASE = 'https://crm.example.com';
let database: TestDatabase;
let server: MailServer;
let api: TestApi;
let worker: INestApplicationContext;
let company: TestCompany;
let people: TestPeople;
let role: string;
let owner: Colleague & { email: string };

beforeAll(async () => {
  database = await testDatabase();
  server = await MailServer.open();
  api = await testApi(database, [], undefined, { SMTP_URL: server.url, PELLUCID_PUBLIC_URL: BASE });
  worker = await workerBeside(api);
  company = await registerCompany(api);
  people = await TestPeople.of(database, api, company);
  role = await people.role({ permissions: READ_ALL });
});
afterAll(async () => {
  await people?.end();
  await worker?.close();
  await api?.close();
  await server?.close();
  await database?.drop();
});
beforeEach(async () => {
  owner = await newOwner([role]);
});

async function newOwner(roles: string[]): Promise<typeof owner> {
  const colleague = await people.colleague(roles);
  const { rows } = await people.sql(
    `update identity i set email_verified_at = now() from member m
      where m.id = $1 and i.id = m.identity_id returning i.email`,
    [colleague.memberId],
  );
  await people.settleEverywhere();
  return { ...colleague, email: rows[0].email };
}
async function call(method: string, path: string, body?: unknown, token = company.token): Promise<any> {
  const answer = await api.call(method, path, { token, body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}
const own = (method: string, path: string, body?: unknown) => call(method, path, body, owner.token);
const choose = (body: object) => own('PATCH', '/notification-settings', body);
const account = (values: object = {}) =>
  call('POST', '/accounts', { name: 'Acme', owner: owner.memberId, ...values });
const inbox = (count: number) =>
  eventually(async () => {
    const { data } = await own('GET', '/notifications');
    return data.length >= count ? data : undefined;
  });
const messages = async (): Promise<any[]> =>
  (
    await people.sql(
      `select * from outbound_message where recipient_id = $1 and kind = 'notifications.mail' order by created_at`,
      [owner.memberId],
    )
  ).rows;
/** Makes the next attempt at a message without waiting for its time. @returns the message afterwards */
async function tryNow(id: string): Promise<any> {
  const { rows } = await people.sql(
    `update job set run_at = now() where state = 'pending' and payload -> 'data' ->> 'messageId' = $1 returning id`,
    [id],
  );
  // A message whose time has come is sent, or says why it has to wait.
  expect(rows.length).toBeGreaterThan(0);
  for (const job of rows) await worker.get(JobRunner).run(company.tenantId, job.id);
  return (await messages()).find((message) => message.id === id);
}
const waiting = () => eventually(async () => (await messages()).find(({ state }) => state === 'pending'));

test('an assignment is mailed with a link to the record, once, and says how to stop such mails', async () => {
  const { id } = await account({ name: 'Müller & Söhne' });
  await inbox(1);
  const message = await waiting();
  expect((await tryNow(message.id)).state).toBe('sent');
  const [mail, ...others] = server.to(owner.email);
  expect(others).toEqual([]);
  expect(headerOf(mail!, 'Message-ID')).toBe(`<${message.id}@pellucid>`);
  expect(headerOf(mail!, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
  const text = textOf(mail!);
  expect(text).toContain('assigned Müller & Söhne to you');
  expect(text).toContain(`Open: ${BASE}/accounts/${id}`);
  expect(text).toContain(`${BASE}/settings/notifications`);
  expect(mail).toContain('text/html');

  const [, post] = /^<(.*)>$/.exec(headerOf(mail!, 'List-Unsubscribe')!)!;
  expect(post!.startsWith(`${BASE}/api/v1/stopped-mails?`)).toBe(true);
  const path = post!.slice(`${BASE}/api/v1`.length);
  // Programs that look for viruses open links: that changes nothing.
  expect((await api.call('GET', path, {})).body).toEqual({
    kinds: [{ kind: 'assigned', label: 'Assignments' }],
  });
  const mailOf = async () =>
    (await own('GET', '/notification-settings')).kinds.find((each: any) => each.kind === 'assigned').mail;
  expect(await mailOf()).toBe('immediate');
  const posted = await api.call('POST', path, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  });
  expect(posted.status).toBe(204);
  expect(await mailOf()).toBe('off');
  await account();
  await inbox(2);
  expect(await messages()).toHaveLength(1);

  const forged = path.replace('kinds=assigned', 'kinds=shared');
  expect((await api.call('POST', forged, {})).status).toBe(404);
  const page = await api.call('GET', path, { headers: { accept: 'text/html' } });
  expect(page.status).toBe(303);
  expect(page.headers['location']).toMatch(/^\/stop-mails\?kinds=assigned/);
  // Nothing else accepts forms, which browsers post across sites.
  const form = await api.call('POST', '/accounts', {
    token: company.token,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'name=Acme',
  });
  expect(form.status).toBe(415);
});

test('what happens within a minute is one mail, without what was read or is no longer seen', async () => {
  const gone = await account({ name: 'Gone' });
  const read = await account({ name: 'Read' });
  const first = await account({ name: 'First' });
  await account({ name: 'Second' });
  const told = await inbox(4);
  await own('PATCH', `/notifications/${told.find((n: any) => n.record.id === read.id).id}`, { read: true });
  await call('DELETE', `/accounts/${gone.id}`);
  const message = await waiting();
  expect(await messages()).toHaveLength(1);
  expect((await tryNow(message.id)).state).toBe('sent');
  const text = textOf(server.to(owner.email)[0]!);
  expect(text).toMatch(/assigned Second to you[\s\S]*assigned First to you/);
  expect(text).toContain(`${BASE}/accounts/${first.id}`);
  expect(text).not.toMatch(/Gone|Read /);
  expect(headerOf(server.to(owner.email)[0]!, 'Subject')).toBe('2 notifications');
  // The next one is another mail.
  await account({ name: 'Third' });
  await inbox(4);
  expect((await tryNow((await waiting()).id)).state).toBe('sent');
  expect(server.to(owner.email)).toHaveLength(2);
});

test('nothing is mailed that the reader may not see when it is sent', async () => {
  const fields = [{ object: 'account', field: 'name', access: 'masked' }] as never;
  const masked = await people.role({ permissions: READ_ALL, fields });
  owner = await newOwner([masked]);
  await account({ name: 'Verborgen GmbH' });
  await inbox(1);
  expect((await tryNow((await waiting()).id)).state).toBe('sent');
  expect(server.to(owner.email).join()).not.toContain('Verborgen');

  owner = await newOwner([
    await people.role({ permissions: [{ object: 'account', action: 'read', scope: 'own' }] as never }),
  ]);
  const { id } = await account({ name: 'Lost' });
  await inbox(1);
  await call('PATCH', `/accounts/${id}`, { owner: company.memberId });
  expect((await tryNow((await waiting()).id)).state).toBe('dropped');
  expect(server.to(owner.email)).toEqual([]);
  // The next one is not held up by that.
  await account({ name: 'Kept' });
  await inbox(1);
  expect((await tryNow((await waiting()).id)).state).toBe('sent');
});

test('a digest comes at the chosen hour, in the language of its reader; an earlier hour holds at once', async () => {
  await own('PATCH', '/auth/me', { language: 'de' });
  const hour = (new Date().getUTCHours() + 10) % 24;
  await choose({ kinds: { assigned: { mail: 'digest' } }, digestHour: hour, zone: 'UTC' });
  await account({ name: 'Morgen' });
  await inbox(1);
  const message = await waiting();
  expect(message.due_at.getUTCHours()).toBe(hour);
  const earlier = (hour + 20) % 24;
  await choose({ digestHour: earlier });
  const [moved] = await messages();
  expect([moved.due_at.getUTCHours(), moved.due_at < message.due_at]).toEqual([earlier, true]);
  // Too early, as if a clock was wrong: it waits.
  expect((await tryNow(message.id)).state).toBe('pending');
  await people.sql(`update outbound_message set created_at = now() - interval '1 day' where id = $1`, [
    message.id,
  ]);
  expect((await tryNow(message.id)).state).toBe('sent');
  const [mail] = server.to(owner.email);
  expect(headerOf(mail!, 'Content-Language')).toBe('de');
  expect(headerOf(mail!, 'Subject')).toBe('Ihr Tag: 1 Benachrichtigung');
  expect(textOf(mail!)).toContain('hat Ihnen Morgen zugewiesen');
});

test('quiet hours postpone mails, also those that were chosen after the event', async () => {
  await account();
  await inbox(1);
  const message = await waiting();
  const days = [0, 1, 2, 3, 4, 5, 6];
  const now = new Date();
  const clock = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString().slice(11, 16);
  await choose({ quietHours: { from: clock(-60), to: clock(120), days }, zone: 'UTC' });
  const postponed = await tryNow(message.id);
  expect(postponed).toMatchObject({ state: 'pending', attempts: 0 });
  expect(postponed.due_at.toISOString().slice(11, 16)).toBe(clock(120));
  expect((await tryNow(message.id)).state).toBe('pending');
  await choose({ quietHours: null });
  expect((await tryNow(message.id)).state).toBe('sent');

  const refused = (body: object) => api.call('PATCH', '/notification-settings', { token: owner.token, body });
  expect(await refused({ quietHours: { from: '08:00', to: '08:00', days } })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: '/quietHours', code: 'alwaysQuiet' }] },
  });
  expect(await refused({ kinds: { weather: { mail: 'off' } } })).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: '/kinds/weather', code: 'unknownKind' }] },
  });
  expect((await refused({ digestHour: 24 })).status).toBe(422);
  expect((await refused({ zone: 'Mars/Olympus' })).status).toBe(422);
});

test('what is off in the inbox is still mailed, and what is off everywhere is not made', async () => {
  await choose({ kinds: { assigned: { inApp: false } } });
  await account({ name: 'Only by mail' });
  expect((await tryNow((await waiting()).id)).state).toBe('sent');
  expect(textOf(server.to(owner.email)[0]!)).toContain('Only by mail');
  expect((await own('GET', '/notifications')).data).toEqual([]);
  expect((await own('GET', '/notifications/unread-count')).count).toBe(0);
});

test('nothing is mailed to an address that is not known to be theirs, nor to people who have left', async () => {
  await people.sql(
    `update identity set email_verified_at = null where id = (select identity_id from member where id = $1)`,
    [owner.memberId],
  );
  expect((await own('GET', '/notification-settings')).getsMail).toBe(false);
  await account();
  await inbox(1);
  expect((await tryNow((await waiting()).id)).state).toBe('dropped');
});
