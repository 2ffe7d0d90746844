import { eventually } from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';
import { sharedWorkingApi, type WorkingApi } from './testing/worker-in-process.js';

const ALL = [
  { object: '*', action: 'read', scope: 'all' },
  { object: '*', action: 'create', scope: 'all' },
  { object: '*', action: 'update', scope: 'all' },
] as never;
let api: WorkingApi;
let company: TestCompany;
let people: TestPeople;
let role: string;

beforeAll(async () => {
  api = await sharedWorkingApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  role = await people.role({ permissions: ALL });
});
afterAll(() => people?.end());

async function call(method: string, path: string, body?: unknown, token = company.token): Promise<any> {
  const answer = await api.call(method, path, { token, body });
  expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}
async function colleague(roleId = role): Promise<Colleague> {
  const found = await people.colleague([roleId]);
  await people.settleEverywhere();
  return found;
}
const settled = () =>
  eventually(async () => {
    const { rows } = await people.sql(
      `select 1 from feed_head h join consumer_cursor c using (tenant_id)
        where tenant_id = $1 and c.consumer = 'notification' and c.position = h.position
          and not exists (select 1 from event_outbox o where o.tenant_id = h.tenant_id)`,
      [company.tenantId],
    );
    return rows.length > 0;
  });
/** What a person is told once everything that was written has been handled, the latest first. */
async function told({ token }: Colleague): Promise<any[]> {
  await settled();
  return (await call('GET', '/notifications', undefined, token)).data;
}
const account = (values: object = {}) => call('POST', '/accounts', { name: 'Acme', ...values });
const at = ({ id }: { id: string }) => `/follows/account/${id}`;
const comment = (id: string, body: unknown, token?: string) =>
  call('POST', '/comments', { body, about: [{ object: 'account', id }] }, token);
const kinds = (all: any[]) => all.map(({ kind }) => kind);

test('whoever follows a record is told of changes and additions by others, and why; whoever stopped is not', async () => {
  const kim = await colleague();
  const acme = await account();
  const state = () => call('GET', at(acme), undefined, kim.token);
  expect(await state()).toEqual({ isFollowing: false, reason: null, since: null });
  expect(await call('PUT', at(acme), undefined, kim.token)).toMatchObject({
    isFollowing: true,
    reason: 'chosen',
  });
  await call('PATCH', `/accounts/${acme.id}`, { employees: 20 });
  await call('PATCH', `/accounts/${acme.id}`, { employees: 30 }, kim.token);
  const [change, ...none] = await told(kim);
  expect(none).toEqual([]);
  expect(change).toMatchObject({
    kind: 'followedChange',
    record: { id: acme.id, name: 'Acme' },
    count: 1,
    text: expect.stringMatching(/ changed Acme$/),
    why: 'You chose to follow this record.',
    isFollowed: true,
  });
  await comment(acme.id, 'They called back');
  const [addition] = await told(kim);
  expect(addition).toMatchObject({
    kind: 'followedAddition',
    object: 'account',
    record: { id: acme.id },
    text: expect.stringMatching(/^Comment by .*: Acme$/),
  });
  const list = await call('GET', '/follows', undefined, kim.token);
  expect(list.data).toMatchObject([
    { object: 'account', record: { id: acme.id, name: 'Acme' }, reason: 'chosen' },
  ]);

  await call('DELETE', at(acme), undefined, kim.token);
  await call('PATCH', `/accounts/${acme.id}`, { employees: 40, owner: kim.memberId });
  await call('PATCH', `/accounts/${acme.id}`, { employees: 50 });
  // Neither the change nor having become the owner brings it back.
  expect(kinds(await told(kim))).toEqual(['assigned', 'followedAddition', 'followedChange']);
  expect((await told(kim))[1].why).toBe('You followed this record when this happened.');
  expect(await state()).toMatchObject({ isFollowing: false });
  expect((await call('GET', '/follows', undefined, kim.token)).data).toEqual([]);
});

test('people follow what becomes theirs, what they comment on and where they are mentioned, unless they chose otherwise', async () => {
  const kim = await colleague();
  const [own, discussed, mentioned, created] = [
    await account({ owner: kim.memberId }),
    await account(),
    await account(),
    await call('POST', '/accounts', { name: 'Made by Kim' }, kim.token),
  ];
  await comment(discussed.id, 'What about the offer?', kim.token);
  const content = [
    { type: 'text', text: 'Ask ' },
    { type: 'mention', attrs: { id: kim.memberId } },
  ];
  const body = { type: 'doc', content: [{ type: 'paragraph', content }] };
  await comment(mentioned.id, body);
  await settled();
  const reason = async (record: { id: string }) =>
    (await call('GET', at(record), undefined, kim.token)).reason;
  expect([
    await reason(own),
    await reason(discussed),
    await reason(mentioned),
    await reason(created),
  ]).toEqual(['owner', 'commented', 'mentioned', 'owner']);
  // Each was told once of what made them follow, and hears of what comes next.
  expect(kinds(await told(kim)).sort()).toEqual(['assigned', 'mention']);
  await comment(mentioned.id, body);
  expect(kinds(await told(kim)).sort()).toEqual(['assigned', 'mention', 'mention']);
  await comment(discussed.id, 'It is on its way');
  const [answer] = await told(kim);
  expect(answer).toMatchObject({ kind: 'followedAddition', record: { id: discussed.id } });
  expect(answer.why).toBe('You follow this record because you commented on it.');

  const wish = { autoFollow: { owner: false, created: true } };
  const settings = await call('PATCH', '/notification-settings', wish, kim.token);
  expect(settings.autoFollow).toEqual({ owner: false, created: true, commented: true, mentioned: true });
  const later = await account({ owner: kim.memberId });
  const made = await call('POST', '/accounts', { name: 'Also made by Kim' }, kim.token);
  await settled();
  expect([await reason(later), await reason(made)]).toEqual([null, 'created']);
});

test('work on many records makes nobody follow them, and tells of all of them at once', async () => {
  const kim = await colleague();
  const acme = await account();
  await call('PUT', at(acme), undefined, kim.token);
  const rows = Array.from({ length: 501 }, (_, n) => ({ name: `Bulk ${n}`, owner: kim.memberId }));
  const job = await call('POST', '/accounts/bulk', { action: 'create', rows });
  await eventually(async () => (await call('GET', `/bulk-jobs/${job.id}`)).status === 'completed');
  expect(kinds(await told(kim))).toEqual(['assigned']);
  expect((await call('GET', '/follows', undefined, kim.token)).data).toHaveLength(1);
});

test('nobody learns of fields, records and additions that they do not see', async () => {
  const blind = await colleague(
    await people.role({
      permissions: ALL,
      fields: [{ object: 'account', field: 'employees', access: 'hidden' }] as never,
    }),
  );
  const deaf = await colleague(
    await people.role({ permissions: [{ object: 'account', action: 'read', scope: 'all' }] as never }),
  );
  const narrow = await colleague(
    await people.role({ permissions: [{ object: 'account', action: 'read', scope: 'own' }] as never }),
  );
  const acme = await account();
  for (const { token } of [blind, deaf]) await call('PUT', at(acme), undefined, token);
  const refused = await api.call('PUT', at(acme), { token: narrow.token });
  const missing = await api.call('PUT', '/follows/account/01890000-0000-7000-8000-000000000000', {
    token: narrow.token,
  });
  expect([refused.status, refused.body.detail]).toEqual([missing.status, missing.body.detail]);
  expect(refused.status).toBe(404);
  expect(
    (await api.call('GET', '/follows/nothing/01890000-0000-7000-8000-000000000000', { token: deaf.token }))
      .status,
  ).toBe(404);

  await call('PATCH', `/accounts/${acme.id}`, { employees: 99 });
  expect(kinds(await told(blind))).toEqual([]);
  expect(kinds(await told(deaf))).toEqual(['followedChange']);
  await call('PATCH', `/accounts/${acme.id}`, { employees: 100, name: 'Acme Ltd' });
  await comment(acme.id, 'For those who read comments');
  expect(kinds(await told(blind))).toEqual(['followedAddition', 'followedChange']);
  expect(kinds(await told(deaf))).toEqual(['followedChange', 'followedChange']);

  // What somebody follows and loses sight of is gone from all of it, and can be given up.
  await call('PATCH', `/accounts/${acme.id}`, { owner: narrow.memberId });
  await settled();
  expect(await call('GET', at(acme), undefined, narrow.token)).toMatchObject({ reason: 'owner' });
  await call('PUT', at(acme), undefined, narrow.token);
  await call('PATCH', `/accounts/${acme.id}`, { owner: company.memberId });
  expect(await told(narrow)).toEqual([]);
  expect((await call('GET', '/follows', undefined, narrow.token)).data).toEqual([]);
  await call('DELETE', at(acme), undefined, narrow.token);
  await call('PATCH', `/accounts/${acme.id}`, { owner: narrow.memberId });
  await settled();
  expect(await call('GET', at(acme), undefined, narrow.token)).toMatchObject({ isFollowing: false });
});

test('nothing differs by an owner or a mention that one does not see', async () => {
  const hidden = (object: string, field: string) => ({ object, field, access: 'hidden' });
  const kim = await colleague(
    await people.role({
      permissions: ALL,
      fields: [hidden('account', 'owner'), hidden('comment', 'mentions')] as never,
    }),
  );
  const mention = (id: string) => ({
    type: 'doc',
    content: [{ type: 'paragraph', content: [{ type: 'mention', attrs: { id } }] }],
  });
  /** What Kim sees of a record that follows by itself only if Kim is the one, until Kim comments on it and leaves it. */
  const world = async (person: string) => {
    const acme = await account({ name: `Acme ${person === kim.memberId ? 'A' : 'B'}` });
    const seen: unknown[] = [];
    const look = async () => {
      const news = (await told(kim)).filter(({ record }) => record?.id === acme.id);
      const { data } = await call('GET', '/follows', undefined, kim.token);
      seen.push(
        (await call('GET', at(acme), undefined, kim.token)).reason,
        data.filter(({ record }: any) => record.id === acme.id).map(({ reason }: any) => reason),
        news.map(({ kind, why, isFollowed }) => ({ kind, why, isFollowed })),
      );
    };
    await call('PATCH', `/accounts/${acme.id}`, { owner: person });
    await comment(acme.id, mention(person));
    await call('PATCH', `/accounts/${acme.id}`, { employees: 10 });
    await look();
    await comment(acme.id, 'What about the offer?', kim.token);
    // Who owns it and what is seen change at once.
    await call('PATCH', `/accounts/${acme.id}`, { owner: company.memberId });
    await call('PATCH', `/accounts/${acme.id}`, { employees: 20, owner: person });
    await comment(acme.id, mention(person));
    await look();
    await call('DELETE', at(acme), undefined, kim.token);
    await look();
    await call('PUT', at(acme), undefined, kim.token);
    await call('PATCH', `/accounts/${acme.id}`, { employees: 30 });
    await look();
    return seen;
  };
  const [own, foreign] = [await world(kim.memberId), await world(company.memberId)];
  expect(own).toEqual(foreign);
  expect(own.slice(0, 3)).toEqual([null, [], []]);
  expect(own.slice(3, 5)).toEqual(['commented', ['commented']]);
  const why = 'You follow this record because you commented on it.';
  expect(own[5]).toEqual([
    { kind: 'followedAddition', why, isFollowed: true },
    { kind: 'followedChange', why, isFollowed: true },
  ]);
  expect(own.slice(6, 8)).toEqual([null, []]);
  expect(own[9]).toBe('commented');
});

test('whoever follows a record follows the one that it is merged into', async () => {
  const kim = await colleague();
  const [gone, kept] = [await account({ name: 'Acme Inc' }), await account()];
  await call('PUT', at(gone), undefined, kim.token);
  await call('POST', '/accounts/merge', { into: kept.id, records: [{ id: gone.id }, { id: kept.id }] });
  expect(await call('GET', at(kept), undefined, kim.token)).toMatchObject({
    isFollowing: true,
    reason: 'chosen',
  });
});
