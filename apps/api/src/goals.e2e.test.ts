import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';

let api: TestApi;
let company: TestCompany;
let people: TestPeople;
let rep: Colleague;
let team: { id: string };

const ON = '2030-05-15';
const call = (method: string, path: string, body?: unknown, token = company.token) =>
  api.call(method, path, { token, body });
async function made(path: string, body: unknown) {
  const answer = await call('POST', path, body);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer.body;
}
const goal = (values: object) => made('/goals', { period: 'month', startsOn: '2030-04-10', ...values });
async function progress(id: string, token = company.token, on = ON) {
  const { body } = await call('GET', `/goal-progress?on=${on}`, undefined, token);
  expect(body.detail).toBeUndefined();
  return body.data.find((each: { id: string }) => each.id === id);
}

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  team = await made('/teams', { name: 'Goal getters' });
  const all = [
    'goal',
    'opportunity',
    'lead',
    'stage',
    'member',
    'team',
    'task',
    'call',
    'meeting',
    'emailLog',
  ];
  const role = await people.role({
    permissions: all.map((object) => ({ object, action: 'read', scope: 'all' })),
  });
  rep = await people.colleague([role], { teamId: team.id });
  await people.settle();
});
afterAll(() => people.end());

async function won(values: object) {
  const deal = await made('/opportunities', { name: 'Won', owner: rep.memberId, ...values });
  expect((await call('POST', `/opportunities/${deal.id}/win`, {})).status).toBe(200);
  return deal;
}

test('progress counts what was won in the period, and its records are found by its filter', async () => {
  const amount = await goal({ owner: rep.memberId, metric: 'wonAmount', target: 1000 });
  const deals = await goal({ owner: rep.memberId, metric: 'wonDeals', target: 4, period: 'quarter' });
  const ofTeam = await goal({ team: team.id, metric: 'wonDeals', target: 9 });
  await won({ amount: '300', closeDate: '2030-05-31' });
  await won({ amount: '250.5', closeDate: '2030-05-01' });
  await won({ amount: '70', closeDate: '2030-04-30' });
  await won({ amount: '90', closeDate: '2030-05-20', owner: company.memberId });
  await made('/opportunities', { name: 'Open', owner: rep.memberId, amount: '500', closeDate: '2030-05-09' });
  const reached = await progress(amount.id);
  expect(reached).toMatchObject({ value: '550.50', target: '1000', from: '2030-05-01', to: '2030-05-31' });
  expect((await progress(deals.id)).value).toBe('3');
  expect((await progress(deals.id)).from).toBe('2030-04-01');
  expect((await progress(ofTeam.id)).value).toBe('2');
  const [part] = reached.parts;
  const list = await call('GET', `/opportunities?filter=${encodeURIComponent(JSON.stringify(part.filter))}`);
  expect(list.body.data.map(({ amount: each }: { amount: string }) => each).sort()).toEqual([
    '250.50',
    '300.00',
  ]);
});

test('a goal repeats until it ends, by periods of the fiscal year', async () => {
  const ending = await goal({ owner: rep.memberId, metric: 'newLeads', target: 1, endsOn: '2030-05-02' });
  expect(await progress(ending.id, company.token, '2030-03-31')).toBeUndefined();
  expect(await progress(ending.id, company.token, '2030-04-01')).toBeDefined();
  expect(await progress(ending.id, company.token, '2030-05-31')).toBeDefined();
  expect(await progress(ending.id, company.token, '2030-06-01')).toBeUndefined();
  const wrong = await call('PATCH', `/goals/${ending.id}`, { endsOn: '2030-04-09' });
  expect([wrong.status, wrong.body.errors[0]]).toMatchObject([
    422,
    { pointer: '/endsOn', code: 'endsBeforeStart' },
  ]);
});

test('activities count by kind when they are completed, leads when they are created', async () => {
  const today = new Date().toISOString().slice(0, 10);
  const now = { startsOn: today, owner: rep.memberId, target: 5 };
  const all = await goal({ ...now, metric: 'activities' });
  const calls = await goal({ ...now, metric: 'activities', activityKinds: ['call'] });
  const leads = await goal({ ...now, metric: 'newLeads' });
  const owner = rep.memberId;
  const task = await made('/tasks', { name: 'Done', owner });
  await call('POST', `/tasks/${task.id}/complete`, {});
  await made('/tasks', { name: 'Open', owner });
  const held = await made('/calls', { name: 'Held', owner });
  await call('POST', `/calls/${held.id}/complete`, {});
  await made('/email-logs', { name: 'Noted', owner });
  await made('/leads', { lastName: 'New', owner });
  const value = async ({ id }: { id: string }) => (await progress(id, company.token, today)).value;
  expect([await value(all), await value(calls), await value(leads)]).toEqual(['3', '1', '1']);
});

test('progress over what one might not see all of is withheld, one’s own is shown', async () => {
  const read = (object: string, scope: 'all' | 'own') => ({ object, action: 'read', scope });
  const objects = [
    read('goal', 'all'),
    read('stage', 'all'),
    read('opportunity', 'own'),
    read('lead', 'own'),
  ];
  const colleague = async (role: object) => {
    const person = await people.colleague([await people.role(role as never)], {});
    await people.settle();
    return person;
  };
  const limited = await colleague({ permissions: objects });
  const own = await goal({ owner: limited.memberId, metric: 'wonDeals', target: 1 });
  const others = await goal({ owner: rep.memberId, metric: 'wonDeals', target: 1 });
  const ofTeam = await goal({ team: team.id, metric: 'newLeads', target: 1 });
  const value = async (id: string, token: string) => (await progress(id, token)).value;
  expect(await value(own.id, limited.token)).toBe('0');
  expect(await value(others.id, limited.token)).toBeNull();
  expect(await value(ofTeam.id, limited.token)).toBeNull();
  // Amounts that one's roles hide make no revenue.
  const blind = await colleague({
    permissions: objects.map((each) => ({ ...each, scope: 'all' })),
    fields: [{ object: 'opportunity', field: 'amount', access: 'hidden' }],
  });
  const revenue = await goal({ owner: rep.memberId, metric: 'wonAmount', target: 1 });
  expect(await value(revenue.id, blind.token)).toBeNull();
  expect(await value(others.id, blind.token)).not.toBeNull();
});

test('the leaderboard ranks people, and a company can turn it off', async () => {
  const first = await goal({ owner: company.memberId, metric: 'wonDeals', target: 1 });
  const { body } = await call('GET', `/goal-leaderboard?on=${ON}`, undefined, rep.token);
  const shares = body.data.map(({ value, target }: { value: string; target: string }) => +value / +target);
  expect(shares.length).toBeGreaterThan(1);
  expect(shares).toEqual([...shares].sort((a, b) => b - a));
  expect(body.data.some(({ id }: { id: string }) => id === first.id)).toBe(true);
  expect((await call('PATCH', '/settings', { goalLeaderboard: false })).status).toBe(200);
  await people.settle();
  expect((await call('GET', '/goal-leaderboard', undefined, rep.token)).status).toBe(404);
  expect((await call('GET', '/auth/me')).body.settings.goalLeaderboard).toBe(false);
  await call('PATCH', '/settings', { goalLeaderboard: true });
});
