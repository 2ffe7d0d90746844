import { SALES_DATA } from '@pellucid/platform/access';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';

let api: TestApi;
let company: TestCompany;
let people: TestPeople;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
});
afterAll(() => people.end());

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: company.token, body });
async function made(path: string, body: unknown) {
  const answer = await call('POST', path, body);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer.body;
}
async function changed(path: string, body: unknown) {
  const answer = await call('PATCH', path, body);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer.body;
}
const verbs = async (path: string) =>
  (await call('GET', `${path}/history`)).body.data.map(({ verb }: { verb: string }) => verb);
const problems = (body: { errors: { pointer: string; code: string }[] }) =>
  Object.fromEntries(body.errors.map((e) => [e.pointer, e.code]));

test('a task starts open, and stands on the day it is due', async () => {
  const account = await made('/accounts', { name: `Tasks ${crypto.randomUUID()}` });
  const task = await made('/tasks', {
    name: 'Send the offer',
    due: '2030-03-01',
    about: [{ object: 'account', id: account.id }],
    participants: [{ object: 'member', id: company.memberId }],
  });
  expect(task).toMatchObject({
    status: 'Open',
    priority: 'Normal',
    due: '2030-03-01',
    endsAt: null,
    completedAt: null,
    owner: { id: company.memberId },
    about: [{ object: 'account', id: account.id, name: account.name }],
    participants: [{ object: 'member', id: company.memberId }],
  });
  // Midnight of the company's zone.
  expect(task.happensAt).toMatch(/^2030-0(2-28|3-01)T/);
});

test('completing and reopening a task, by verb or by status', async () => {
  const { id } = await made('/tasks', { name: 'Call back' });
  const done = await call('POST', `/tasks/${id}/complete`, { outcome: 'They sign.' });
  expect(done.body).toMatchObject({ status: 'Done', outcome: 'They sign.' });
  expect(done.body.happensAt).toBe(done.body.completedAt);
  expect((await call('POST', `/tasks/${id}/complete`, {})).body.code).toBe('activityDone');
  expect((await call('POST', `/tasks/${id}/reopen`)).body).toMatchObject({
    status: 'Open',
    completedAt: null,
    happensAt: null,
  });
  expect((await call('POST', `/tasks/${id}/reopen`)).body.code).toBe('activityOpen');
  expect((await changed(`/tasks/${id}`, { status: 'Done' })).completedAt).not.toBeNull();
  await changed(`/tasks/${id}`, { status: 'Cancelled' });
  expect((await changed(`/tasks/${id}`, { status: 'In progress' })).completedAt).toBeNull();
  expect(await verbs(`/tasks/${id}`)).toEqual([
    'reopened',
    'updated',
    'completed',
    'reopened',
    'completed',
    'created',
  ]);
});

test('the end of a call follows from its duration, that of a meeting says how long it takes', async () => {
  const intro = await made('/calls', { name: 'Intro', startsAt: '2030-03-01T09:00:00Z', duration: 20 });
  expect(intro).toMatchObject({
    endsAt: '2030-03-01T09:20:00.000Z',
    direction: 'Outbound',
    status: 'Planned',
  });
  expect(await changed(`/calls/${intro.id}`, { duration: 45 })).toMatchObject({
    endsAt: '2030-03-01T09:45:00.000Z',
  });
  const brief = await made('/meetings', { name: 'Demo', startsAt: '2030-03-01T09:00:00Z' });
  expect(brief).toMatchObject({ endsAt: '2030-03-01T09:30:00.000Z', duration: 30 });
  expect(await changed(`/meetings/${brief.id}`, { endsAt: '2030-03-01T11:00:00Z' })).toMatchObject({
    duration: 120,
  });
  const wrong = await call('PATCH', `/meetings/${brief.id}`, { endsAt: '2030-03-01T08:00:00Z' });
  expect([wrong.status, problems(wrong.body)]).toEqual([422, { '/endsAt': 'endsBeforeStart' }]);
});

test('end and reminder move along with a start or a due day', async () => {
  const meeting = await made('/meetings', {
    name: 'Review',
    startsAt: '2030-03-01T09:00:00Z',
    endsAt: '2030-03-01T10:00:00Z',
    remindAt: '2030-03-01T08:45:00Z',
  });
  expect(await changed(`/meetings/${meeting.id}`, { startsAt: '2030-03-02T15:00:00Z' })).toMatchObject({
    endsAt: '2030-03-02T16:00:00.000Z',
    remindAt: '2030-03-02T14:45:00.000Z',
    happensAt: '2030-03-02T15:00:00.000Z',
  });
  const task = await made('/tasks', { name: 'Pay', due: '2030-03-01', remindAt: '2030-03-01T08:00:00Z' });
  expect(await changed(`/tasks/${task.id}`, { due: '2030-03-04' })).toMatchObject({
    remindAt: '2030-03-04T08:00:00.000Z',
  });
  await changed(`/tasks/${task.id}`, { remindAt: '2030-03-05T08:00:00Z' });
  expect(await verbs(`/tasks/${task.id}`)).toEqual(['snoozed', 'rescheduled', 'created']);
  await changed(`/tasks/${task.id}`, { due: '2030-03-06', priority: 'High' });
  expect((await verbs(`/tasks/${task.id}`))[0]).toBe('updated');
});

test('lists tell the kinds apart, and whoever changes a deal may change its tasks', async () => {
  const ofSalesRep = Object.entries(SALES_DATA.salesRep!);
  const role = await people.role({
    permissions: ['account', 'task'].flatMap((object) =>
      ofSalesRep.map(([action, scope]) => ({ object, action, scope })),
    ),
  });
  const rep = await people.colleague([role], {});
  await people.settle();
  const account = await made('/accounts', { name: `Shared ${crypto.randomUUID()}`, owner: rep.memberId });
  const about = [{ object: 'account', id: account.id }];
  const task = await made('/tasks', { name: 'About theirs', about });
  const other = await made('/tasks', { name: 'About nothing' });
  await made('/email-logs', { name: 'Noted', about });
  const found = await call(
    'GET',
    `/calls?filter=${encodeURIComponent(JSON.stringify({ field: 'name', op: 'eq', value: 'About theirs' }))}`,
  );
  expect(found.body.data).toEqual([]);
  const asRep = (id: string) =>
    api.call('PATCH', `/tasks/${id}`, { token: rep.token, body: { priority: 'High' } });
  expect((await asRep(task.id)).status).toBe(200);
  expect((await asRep(other.id)).status).toBe(403);
});

test('a deal says what is planned next, whatever happens to its activities', async () => {
  const { id: deal } = await made('/opportunities', { name: 'Planned', closeDate: '2030-06-30' });
  const { id: lead } = await made('/leads', { lastName: `Planned ${crypto.randomUUID()}` });
  const about = [
    { object: 'opportunity', id: deal },
    { object: 'lead', id: lead },
  ];
  const next = async (path: string) => {
    const { hasNextActivity, nextActivityAt } = (await call('GET', path)).body;
    return [hasNextActivity, nextActivityAt];
  };
  const { version } = (await call('GET', `/opportunities/${deal}`)).body;
  expect(await next(`/opportunities/${deal}`)).toEqual([false, null]);
  const undated = await made('/tasks', { name: 'Some day', about });
  expect(await next(`/leads/${lead}`)).toEqual([true, null]);
  const late = await made('/meetings', { name: 'Late', startsAt: '2030-05-01T09:00:00Z', about });
  const soon = await made('/calls', { name: 'Soon', startsAt: '2030-04-01T09:00:00Z', about });
  expect(await next(`/opportunities/${deal}`)).toEqual([true, '2030-04-01T09:00:00.000Z']);
  // Nobody who edits the deal has a conflict.
  expect((await call('GET', `/opportunities/${deal}`)).body.version).toBe(version);
  await call('POST', `/calls/${soon.id}/complete`, {});
  expect(await next(`/opportunities/${deal}`)).toEqual([true, '2030-05-01T09:00:00.000Z']);
  await changed(`/meetings/${late.id}`, { startsAt: '2030-05-03T09:00:00Z' });
  expect(await next(`/leads/${lead}`)).toEqual([true, '2030-05-03T09:00:00.000Z']);
  await changed(`/meetings/${late.id}`, { about: [{ object: 'lead', id: lead }] });
  expect(await next(`/opportunities/${deal}`)).toEqual([true, null]);
  await call('DELETE', `/tasks/${undated.id}`);
  expect(await next(`/opportunities/${deal}`)).toEqual([false, null]);
  await call('POST', `/tasks/${undated.id}/restore`);
  expect(await next(`/opportunities/${deal}`)).toEqual([true, null]);
  const found = await call(
    'GET',
    `/opportunities?filter=${encodeURIComponent(JSON.stringify({ field: 'hasNextActivity', op: 'eq', value: true }))}`,
  );
  expect(found.body.data.map(({ id }: { id: string }) => id)).toEqual([deal]);
});

test('what two people plan at once is both counted', async () => {
  const { id: deal } = await made('/opportunities', { name: 'Busy', closeDate: '2030-06-30' });
  const about = [{ object: 'opportunity', id: deal }];
  const days = ['05', '03', '09', '01', '07', '02'];
  const made6 = await Promise.all(
    days.map((day) => made('/calls', { name: day, startsAt: `2030-04-${day}T09:00:00Z`, about })),
  );
  const at = async () => (await call('GET', `/opportunities/${deal}`)).body.nextActivityAt;
  expect(await at()).toBe('2030-04-01T09:00:00.000Z');
  await Promise.all(made6.slice(1).map(({ id }) => call('POST', `/calls/${id}/complete`, {})));
  expect(await at()).toBe('2030-04-05T09:00:00.000Z');
});

test('whoever does not see all activities is not told what is planned next', async () => {
  const { id: deal } = await made('/opportunities', { name: 'Discreet', closeDate: '2030-06-30' });
  await made('/tasks', { name: 'Secret', due: '2030-04-01', about: [{ object: 'opportunity', id: deal }] });
  const read = (object: string, scope: 'all' | 'own') => ({ object, action: 'read', scope });
  const sees = async (permissions: ReturnType<typeof read>[]) => {
    const role = await people.role({ permissions });
    const colleague = await people.colleague([role], {});
    await people.settle();
    const { body } = await api.call('GET', `/opportunities/${deal}`, { token: colleague.token });
    return [body.hasNextActivity, body.nextActivityAt !== undefined && body.nextActivityAt !== null];
  };
  const others = ['opportunity', 'call', 'meeting'].map((object) => read(object, 'all'));
  expect(await sees([...others, read('task', 'all')])).toEqual([true, true]);
  expect(await sees([...others, read('task', 'own')])).toEqual([undefined, false]);
  expect(await sees(others)).toEqual([undefined, false]);
});

test('completing a recurring task creates the next one, once', async () => {
  const weekly = { recurrence: 'FREQ=WEEKLY', priority: 'High' };
  const task = await made('/tasks', {
    name: 'Report',
    due: '2030-03-29',
    startsAt: '2030-03-29T08:00:00Z',
    remindAt: '2030-03-29T07:00:00Z',
    participants: [{ object: 'member', id: company.memberId }],
    ...weekly,
  });
  const all = async () =>
    (
      await call(
        'GET',
        `/tasks?sort=due&filter=${encodeURIComponent(JSON.stringify({ field: 'name', op: 'eq', value: 'Report' }))}`,
      )
    ).body.data;
  expect((await call('POST', `/tasks/${task.id}/complete`, {})).body).toMatchObject({ hasRecurred: true });
  const [, next, ...more] = await all();
  expect(more).toEqual([]);
  expect(next).toMatchObject({
    ...weekly,
    status: 'Open',
    due: '2030-04-05',
    outcome: null,
    hasRecurred: false,
    participants: [{ id: company.memberId }],
    owner: { id: company.memberId },
  });
  // The same time of day, in the company's zone.
  expect(Date.parse(next.startsAt) - Date.parse(next.remindAt)).toBe(3_600_000);
  await call('POST', `/tasks/${task.id}/reopen`);
  await call('POST', `/tasks/${task.id}/complete`, {});
  expect(await all()).toHaveLength(2);
  await changed(`/tasks/${next.id}`, { status: 'Cancelled' });
  expect(await all()).toHaveLength(2);
});

test('a task that was due long ago comes again on a day that has not passed', async () => {
  const { id } = await made('/tasks', { name: 'Stale', due: '2020-01-01', recurrence: 'FREQ=DAILY' });
  await call('POST', `/tasks/${id}/complete`, {});
  const { body } = await call(
    'GET',
    `/tasks?sort=-due&filter=${encodeURIComponent(JSON.stringify({ field: 'name', op: 'eq', value: 'Stale' }))}`,
  );
  // Today or, at midnight, tomorrow.
  const days = (Date.parse(body.data[0].due) - Date.now()) / 86_400_000;
  expect(days).toBeGreaterThan(-2);
  expect(days).toBeLessThan(2);
});

test('a recurring task needs a due day', async () => {
  const answer = await call('POST', '/tasks', { name: 'When?', recurrence: 'FREQ=DAILY' });
  expect([answer.status, problems(answer.body)]).toEqual([422, { '/due': 'required' }]);
});
