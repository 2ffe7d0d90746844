import { eventually } from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestCompany } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';
import { LiveTab, listening } from './testing/live-tab.js';
import { sharedWorkingApi, type WorkingApi } from './testing/worker-in-process.js';

const READ_ALL = [
  { object: '*', action: 'read', scope: 'all' },
  { object: '*', action: 'create' },
  { object: '*', action: 'update', scope: 'all' },
] as never;
let api: WorkingApi;
let company: TestCompany;
let people: TestPeople;
let readerRole: string;
let reader: Colleague;

beforeAll(async () => {
  api = await sharedWorkingApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
  readerRole = await people.role({ permissions: READ_ALL });
  reader = await people.colleague([readerRole]);
  await people.settleEverywhere();
});
afterAll(() => people?.end());

async function call(method: string, path: string, body?: unknown, token = company.token): Promise<any> {
  const answer = await api.call(method, path, { token, body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}
const inbox = async ({ token } = reader, query = ''): Promise<any[]> =>
  (await call('GET', `/notifications?${query}`, undefined, token)).data;
const unread = async ({ token } = reader) =>
  (await call('GET', '/notifications/unread-count', undefined, token)).count;
/** Waits until the consumer has handled everything that was written. */
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
const account = (values: object) => call('POST', '/accounts', { name: 'Acme', ...values });

test('whoever is made owner by somebody else is told, reads it, archives it and snoozes it', async () => {
  const owner = await people.colleague([readerRole]);
  await people.settleEverywhere();
  const { id } = await account({ owner: owner.memberId });
  await account({ owner: company.memberId });
  await settled();
  const [told, ...others] = await inbox(owner);
  expect(others).toEqual([]);
  expect(told).toMatchObject({
    kind: 'assigned',
    object: 'account',
    record: { id, name: 'Acme' },
    count: 1,
    hasMore: false,
    actor: { kind: 'member', id: company.memberId, name: expect.any(String) },
    readAt: null,
  });
  expect(await unread(owner)).toBe(1);
  expect(await inbox({ token: company.token } as Colleague)).toEqual([]);

  const change = (body: object) => call('PATCH', `/notifications/${told.id}`, body, owner.token);
  expect((await change({ read: true })).readAt).toEqual(expect.any(String));
  expect(await unread(owner)).toBe(0);
  expect(await inbox(owner, 'unread=true')).toEqual([]);
  expect((await change({ archived: true })).archivedAt).toEqual(expect.any(String));
  expect(await inbox(owner)).toEqual([]);
  expect((await inbox(owner, 'part=archived')).map((each) => each.id)).toEqual([told.id]);

  const later = new Date(Date.now() + 3_600_000).toISOString();
  expect(await change({ snoozedUntil: later })).toMatchObject({
    snoozedUntil: later,
    archivedAt: null,
    readAt: null,
  });
  expect(await inbox(owner)).toEqual([]);
  expect((await inbox(owner, 'part=snoozed')).map((each) => each.id)).toEqual([told.id]);
  const count = () => call('GET', '/notifications/unread-count', undefined, owner.token);
  expect(await count()).toEqual({ count: 0, hasMore: false, nextAt: later });
  await change({ snoozedUntil: null });
  expect(await count()).toEqual({ count: 1, hasMore: false, nextAt: null });
  await call('POST', '/notifications/read-all', {}, owner.token);
  expect(await unread(owner)).toBe(0);
});

test('what one cause assigns is one notification, counted once however often the feed is read', async () => {
  const owner = await people.colleague([readerRole]);
  await people.settleEverywhere();
  const rows = Array.from({ length: 501 }, (_, n) => ({ name: `Bulk ${n}`, owner: owner.memberId }));
  const job = await call('POST', '/accounts/bulk', { action: 'create', rows });
  await eventually(async () => (await call('GET', `/bulk-jobs/${job.id}`)).status === 'completed');
  await settled();
  const expected = [{ kind: 'assigned', object: 'account', record: null, count: 501, hasMore: false }];
  expect(await inbox(owner)).toMatchObject(expected);
  // The person who started it is told of its end, once.
  const own = await inbox({ token: company.token } as Colleague, 'kind=jobCompleted');
  expect(own).toMatchObject([
    { kind: 'jobCompleted', object: null, parameters: { job: 'bulk', action: 'create', of: 'account' } },
  ]);

  await people.sql(
    `update consumer_cursor set position = 0 where tenant_id = $1 and consumer = 'notification'`,
    [company.tenantId],
  );
  await account({ owner: owner.memberId });
  await settled();
  expect((await inbox(owner)).map(({ count }) => count)).toEqual([1, 501]);
});

test('a person is told nothing about what they no longer see, and nothing that a field tells which they do not see', async () => {
  const own = [{ object: 'account', action: 'read', scope: 'own' }] as never;
  const narrow = await people.colleague([await people.role({ permissions: own })]);
  const blind = await people.colleague([
    await people.role({
      permissions: READ_ALL,
      fields: [{ object: 'account', field: 'owner', access: 'hidden' }] as never,
    }),
  ]);
  await people.settleEverywhere();
  const { id } = await account({ owner: narrow.memberId });
  await account({ owner: blind.memberId });
  await settled();
  const [told] = await inbox(narrow);
  expect(told.record.id).toBe(id);
  expect(await inbox(blind)).toEqual([]);
  expect(await unread(blind)).toBe(0);

  await call('PATCH', `/accounts/${id}`, { owner: company.memberId });
  expect(await inbox(narrow)).toEqual([]);
  expect(await unread(narrow)).toBe(0);
  const missing = await api.call('PATCH', `/notifications/${told.id}`, {
    token: narrow.token,
    body: { read: true },
  });
  expect(missing.status).toBe(404);
  // Another person's notification doesn't exist either.
  await call('PATCH', `/accounts/${id}`, { owner: narrow.memberId });
  const path = `/notifications/${told.id}`;
  expect((await api.call('PATCH', path, { token: blind.token, body: { read: true } })).status).toBe(404);

  await call('DELETE', `/accounts/${id}`);
  expect(await inbox(narrow)).toEqual([]);
  await call('POST', `/accounts/${id}/restore`);
  expect((await inbox(narrow)).map((each) => each.record.id)).toContain(id);
});

test('shares with a person or their team tell, changed ones do not, and those who have left are told nothing', async () => {
  const teamId = await people.team();
  const role = await people.role({
    permissions: [{ object: 'account', action: 'read', scope: 'own' }] as never,
  });
  const inTeam = await people.colleague([role], { teamId });
  const gone = await people.colleague([role], { teamId });
  await people.sql(`update member set status = 'inactive' where id = $1`, [gone.memberId]);
  await people.settleEverywhere();
  const { id } = await account({});
  const share = (grantee: object, access: string) =>
    call('POST', '/shares', { object: 'account', record: id, grantee, access });
  await share({ kind: 'team', id: teamId }, 'read');
  await settled();
  const told = [{ kind: 'shared', object: 'account', record: { id, name: 'Acme' } }];
  expect(await inbox(inTeam)).toMatchObject(told);
  await share({ kind: 'team', id: teamId }, 'edit');
  await settled();
  expect(await inbox(inTeam)).toMatchObject(told);
  const { rows } = await people.sql('select id from notification where member_id = $1', [gone.memberId]);
  expect(rows).toEqual([]);
});

test('the owner of a deal that somebody else wins is told, unless they may not know its stage', async () => {
  const blind = await people.colleague([
    await people.role({
      permissions: READ_ALL,
      fields: [{ object: 'opportunity', field: 'stage', access: 'hidden' }] as never,
    }),
  ]);
  await people.settleEverywhere();
  const { id: ofAccount } = await account({});
  for (const owner of [reader, blind]) {
    const deal = await call('POST', '/opportunities', {
      account: ofAccount,
      owner: owner.memberId,
      amount: '10',
      closeDate: '2026-12-01',
    });
    await call('POST', `/opportunities/${deal.id}/win`, {});
  }
  await settled();
  expect((await inbox(reader)).map(({ kind }) => kind)).toEqual(['dealWon', 'assigned']);
  expect((await inbox(blind)).map(({ kind }) => kind)).toEqual(['assigned']);
});

test('a tab of the person is told when the inbox has changed, and one of anybody else is not', async () => {
  await listening(api);
  const other = await people.colleague([readerRole]);
  await people.settleEverywhere();
  const tabs = await Promise.all([reader, other].map(({ token }) => LiveTab.open(api, token)));
  try {
    await account({ owner: reader.memberId });
    await eventually(async () => tabs[0]!.messages.some(({ notifications }) => notifications));
    expect(tabs[1]!.messages).toEqual([]);
  } finally {
    for (const tab of tabs) tab.close();
  }
});
