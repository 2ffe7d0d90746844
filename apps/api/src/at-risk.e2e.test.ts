import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';

/** What says whether a deal is at risk: kept by the product, whatever happens to the deal and its activities. */

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
async function done(method: string, path: string, body?: unknown) {
  const answer = await call(method, path, body);
  expect(answer.body?.errors ?? answer.body?.detail).toBeUndefined();
  return answer.body;
}
const dealAt = async (id: string) => (await call('GET', `/opportunities/${id}`)).body;
const stageNamed = async (name: string) =>
  (await call('GET', '/stages?limit=200')).body.data.find((stage: { name: string }) => stage.name === name);

test('a deal says since when it has been in its stage, as its history does', async () => {
  const made = await done('POST', '/opportunities', { name: 'Staged' });
  expect(made.stageSince).toBe(made.createdAt);
  const { id: target } = await stageNamed('Proposal');
  const cause = { token: company.token, headers: { 'x-correlation-id': crypto.randomUUID() } };
  const { body: moved } = await api.call('POST', `/opportunities/${made.id}/move`, {
    ...cause,
    body: { stage: target },
  });
  expect(moved.stageSince > made.stageSince).toBe(true);
  const { data: stays } = await done('GET', `/opportunities/${made.id}/stage-history`);
  expect(stays.at(-1).enteredAt ?? stays[0].enteredAt).toBe(moved.stageSince);
  // What else changes does not.
  const renamed = await done('PATCH', `/opportunities/${made.id}`, { name: 'Staged again' });
  expect(renamed.stageSince).toBe(moved.stageSince);
  // Undoing the move puts it back to when it entered the stage before.
  await done('POST', '/undo', { correlationId: cause.headers['x-correlation-id'] });
  expect((await dealAt(made.id)).stageSince).toBe(made.stageSince);
  const won = await done('POST', `/opportunities/${made.id}/win`, {});
  expect(won.stageSince).toBe(won.closedAt);
});

test('a deal says when something was last done about it, whatever happens to its activities', async () => {
  const { id: deal } = await done('POST', '/opportunities', { name: 'Active' });
  const { id: other } = await done('POST', '/opportunities', { name: 'Active, too' });
  const about = [{ object: 'opportunity', id: deal }];
  const last = async (id = deal) => (await dealAt(id)).lastActivityAt;
  const hour = (n: number) => `2030-03-01T${String(n).padStart(2, '0')}:00:00.000Z`;
  const planned = await done('POST', '/calls', { name: 'Planned', startsAt: hour(12), about });
  expect(await last()).toBeNull();
  const mail = await done('POST', '/email-logs', { name: 'Noted', startsAt: hour(8), about });
  expect(await last()).toBe(hour(8));
  const held = await done('POST', '/meetings', { name: 'Held', startsAt: hour(10), about });
  await done('POST', `/meetings/${held.id}/complete`, {});
  expect(await last()).toBe(hour(10));
  await done('PATCH', `/meetings/${held.id}`, { startsAt: hour(9), endsAt: hour(10) });
  expect(await last()).toBe(hour(9));
  await done('POST', `/meetings/${held.id}/reopen`);
  expect(await last()).toBe(hour(8));
  await done('POST', `/meetings/${held.id}/complete`, {});
  await done('DELETE', `/meetings/${held.id}`);
  expect(await last()).toBe(hour(8));
  await done('POST', `/meetings/${held.id}/restore`);
  expect(await last()).toBe(hour(9));
  await done('PATCH', `/calls/${planned.id}`, { status: 'Cancelled' });
  expect(await last()).toBe(hour(9));
  // While a deal is deleted, its activities go on; merging takes them along.
  await done('DELETE', `/opportunities/${deal}?referrers=unlink`);
  await done('DELETE', `/meetings/${held.id}`);
  await done('POST', `/opportunities/${deal}/restore`);
  expect(await last()).toBe(hour(8));
  await done('POST', '/opportunities/merge', { records: [{ id: deal }, { id: other }], into: other });
  expect(await last(other)).toBe(hour(8));
  await done('DELETE', `/email-logs/${mail.id}`);
  expect(await last(other)).toBeNull();
});

test('reasons are ordinary filters, over how long deals usually stay in a stage', async () => {
  const stage = await stageNamed('Negotiation');
  expect(stage.stuckAfterDays).toBe(14);
  await done('PATCH', `/stages/${stage.id}`, { stuckAfterDays: 3 });
  const { id: deal } = await done('POST', '/opportunities', { name: 'Stuck', stage: stage.id });
  const ids = async (op: string) => {
    const filter = {
      all: [
        { field: 'stage.stuckAfterDays', op: 'eq', value: 3 },
        { field: 'stageSince', op, value: 3 },
      ],
    };
    const { data } = await done('GET', `/opportunities?filter=${encodeURIComponent(JSON.stringify(filter))}`);
    return data.map(({ id }: { id: string }) => id);
  };
  expect(await ids('last_n_days')).toEqual([deal]);
  expect(await ids('older_than_n_days')).toEqual([]);
});

test('whoever does not see all activities is not told when something was done', async () => {
  const { id: deal } = await done('POST', '/opportunities', { name: 'Discreet work' });
  await done('POST', '/email-logs', { name: 'Noted', about: [{ object: 'opportunity', id: deal }] });
  const read = (object: string, scope: 'all' | 'own') => ({ object, action: 'read', scope });
  const sees = async (mails: 'all' | 'own') => {
    const objects = ['opportunity', 'task', 'call', 'meeting'].map((object) => read(object, 'all'));
    const role = await people.role({ permissions: [...objects, read('emailLog', mails)] });
    const colleague = await people.colleague([role], {});
    await people.settle();
    const { body } = await api.call('GET', `/opportunities/${deal}`, { token: colleague.token });
    return [body.hasNextActivity, typeof body.lastActivityAt];
  };
  expect(await sees('all')).toEqual([false, 'string']);
  // Planned activities are all seen, so what comes next is still told.
  expect(await sees('own')).toEqual([false, 'undefined']);
});
