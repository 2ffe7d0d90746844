import { Schedules } from '@pellucid/platform/jobs';
import { eventually } from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';
import { sharedWorkingApi, type WorkingApi } from './testing/worker-in-process.js';

const READ_ALL = [
  { object: '*', action: 'read', scope: 'all' },
  { object: '*', action: 'update', scope: 'all' },
] as never;
const DAY_MS = 86_400_000;
let api: WorkingApi;
let company: TestCompany;
let people: TestPeople;
let owner: Colleague;
let blind: Colleague;

beforeAll(async () => {
  api = await sharedWorkingApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  owner = await people.colleague([await people.role({ permissions: READ_ALL })]);
  const fields = ['remindAt', 'due'].map((field) => ({ object: 'task', field, access: 'hidden' })) as never;
  blind = await people.colleague([await people.role({ permissions: READ_ALL, fields })]);
  await people.settleEverywhere();
});
afterAll(() => people?.end());

async function call(method: string, path: string, body?: unknown, token = company.token): Promise<any> {
  const answer = await api.call(method, path, { token, body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}
const told = async (kind: string, { token } = owner): Promise<any[]> =>
  (await call('GET', `/notifications?kind=${kind}`, undefined, token)).data;
/** Several workers look at the same time. */
const look = () => Promise.all([1, 2].map(() => api.worker.get(Schedules).fire('reminders')));
const later = (ms: number) => new Date(Date.now() + ms).toISOString();
const dayAgo = (days: number) => later(-days * DAY_MS).slice(0, 10);

test('the owner is reminded once at each time that they chose, and not of what is done', async () => {
  const task = { name: 'Call back', owner: owner.memberId, remindAt: later(-60_000) };
  const { id } = await call('POST', '/tasks', task);
  await call('POST', '/tasks', { ...task, name: 'Later', remindAt: later(3_600_000) });
  const done = await call('POST', '/tasks', { ...task, name: 'Done before' });
  await call('POST', `/tasks/${done.id}/complete`);
  await call('POST', '/tasks', { ...task, name: 'Hidden', owner: blind.memberId });
  await look();
  await look();
  expect(await told('due')).toMatchObject([
    { kind: 'due', object: 'task', record: { id, name: 'Call back' }, text: 'Reminder: Call back', count: 1 },
  ]);
  expect(await told('due', blind)).toEqual([]);
  // Put off, it reminds again.
  await call('PATCH', `/tasks/${id}`, { remindAt: later(-30_000) });
  await look();
  expect(await told('due')).toHaveLength(2);
});

test('tasks whose day has passed are one notification of that day', async () => {
  const task = { owner: owner.memberId, due: dayAgo(1) };
  for (const name of ['One', 'Two']) await call('POST', '/tasks', { ...task, name });
  await call('POST', '/tasks', { ...task, name: 'Long ago', due: dayAgo(30) });
  await call('POST', '/tasks', { ...task, name: 'Today', due: dayAgo(0) });
  await call('POST', '/tasks', { ...task, name: 'Hidden', owner: blind.memberId });
  await look();
  await look();
  expect(await told('overdue')).toMatchObject([{ count: 2, text: '2 Tasks are overdue' }]);
  expect(await told('overdue', blind)).toEqual([]);
});

test('whoever is mentioned in a text that they see is told once, and nobody by what they do not see', async () => {
  const mention = (id: string) => ({ type: 'mention', attrs: { id } });
  const bodyOf = (...ids: string[]) =>
    JSON.stringify({ type: 'doc', content: [{ type: 'paragraph', content: ids.map(mention) }] });
  const { id } = await call('POST', '/notes', { body: bodyOf(owner.memberId) });
  await eventually(async () => (await told('mention')).length > 0);
  expect(await told('mention')).toMatchObject([{ kind: 'mention', object: 'note', record: { id } }]);
  // Another mention in the same text tells only whom it adds.
  await call('PATCH', `/notes/${id}`, { body: bodyOf(owner.memberId, blind.memberId) });
  await eventually(async () => (await told('mention', blind)).length > 0);
  expect(await told('mention')).toHaveLength(1);
  const narrow = await people.colleague([
    await people.role({ permissions: [{ object: 'note', action: 'read', scope: 'own' }] as never }),
  ]);
  await people.settleEverywhere();
  await call('PATCH', `/notes/${id}`, { body: bodyOf(narrow.memberId) });
  await eventually(async () => {
    const { rows } = await people.sql(`select 1 from notification where member_id = $1`, [narrow.memberId]);
    return rows.length > 0;
  });
  expect(await told('mention', narrow)).toEqual([]);
});
