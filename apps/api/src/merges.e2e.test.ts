/** Merges of the product's own objects, whose links have more than two ends: roles, primary contacts, lines. */
import { newContext, runInContext } from '@pellucid/platform/context';
import { RecordService } from '@pellucid/platform/records';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';

let api: TestApi;
let company: TestCompany;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
});

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: company.token, body });
async function made(path: string, body: unknown) {
  const answer = await call('POST', path, body);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer.body;
}
const read = async (path: string) => (await call('GET', path)).body;
const merge = (object: string, from: { id: string }, into: { id: string }) =>
  runInContext(
    newContext({
      correlationId: 'test',
      tenantId: company.tenantId,
      memberId: company.memberId,
      actor: { kind: 'member', id: company.memberId },
    }),
    () => api.app.get(RecordService, { strict: false }).merge(object, from.id, into.id),
  );

test('contacts, deals and subsidiaries of a merged account are at the one that stays, with their roles', async () => {
  const [gone, kept, other] = [
    await made('/accounts', { name: 'Acme Corp.' }),
    await made('/accounts', { name: 'ACME' }),
    await made('/accounts', { name: 'Globex' }),
  ];
  const primary = await made('/contacts', { lastName: 'Kept', account: kept.id });
  const moved = await made('/contacts', {
    lastName: 'Moved',
    account: gone.id,
    role: 'Buyer',
  });
  const both = await made('/contacts', {
    lastName: 'Both',
    account: kept.id,
    role: 'Boss',
  });
  await call('PUT', `/accounts/${other.id}/contacts/${moved.id}`, {});
  await call('PUT', `/accounts/${gone.id}/contacts/${both.id}`, {});
  const deal = await made('/opportunities', { name: 'Deal', account: gone.id });
  const daughter = await made('/accounts', { name: 'Daughter', parent: gone.id });

  await merge('account', gone, kept);

  const at = async ({ id }: { id: string }) => {
    const { account, accounts, role, primaryOf } = await read(`/contacts/${id}`);
    return [account.id, accounts.map((each: any) => each.id), role, primaryOf.map((each: any) => each.id)];
  };
  expect(await at(moved)).toEqual([kept.id, [kept.id, other.id], 'Buyer', [other.id]]);
  expect(await at(both)).toEqual([kept.id, [kept.id], 'Boss', []]);
  expect(await at(primary)).toEqual([kept.id, [kept.id], null, [kept.id]]);
  expect((await read(`/opportunities/${deal.id}`)).account.id).toBe(kept.id);
  expect((await read(`/accounts/${daughter.id}`)).parent.id).toBe(kept.id);
  expect((await call('GET', `/accounts/${gone.id}`)).status).toBe(308);
  // Only an address can be redirected: whoever repeats a write at the new one would do something else.
  expect((await call('PUT', `/accounts/${gone.id}/contacts/${primary.id}`, {})).status).toBe(404);
  const preview = await call('POST', '/accounts/deletion-preview', { ids: [kept.id] });
  expect(preview.body.unlink.effects.map((e: any) => [e.object, e.count]).sort()).toEqual([
    ['account', 1],
    ['contact', 3],
    ['opportunity', 1],
  ]);
});

test('a contact and a deal that come back after a merge are at the account that stays', async () => {
  const [gone, kept] = [
    await made('/accounts', { name: 'Initech' }),
    await made('/accounts', { name: 'INI' }),
  ];
  const contact = await made('/contacts', { lastName: 'Back', account: gone.id, role: 'Buyer' });
  const deal = await made('/opportunities', { name: 'Back', account: gone.id });
  await call('DELETE', `/contacts/${contact.id}`);
  await call('DELETE', `/opportunities/${deal.id}`);
  await merge('account', gone, kept);
  for (const path of [`/contacts/${contact.id}`, `/opportunities/${deal.id}`]) {
    const { status, body } = await call('POST', `${path}/restore`);
    expect([status, body.account?.id]).toEqual([200, kept.id]);
  }
  const { accounts, role } = await read(`/contacts/${contact.id}`);
  expect([accounts.map(({ id }: any) => id), role]).toEqual([[kept.id], 'Buyer']);
});

test('lines of a merged product are lines of the one that stays, with their prices', async () => {
  const [gone, kept, other] = [
    await made('/products', { name: `Product ${crypto.randomUUID()}` }),
    await made('/products', { name: `Product ${crypto.randomUUID()}` }),
    await made('/products', { name: `Product ${crypto.randomUUID()}` }),
  ];
  const line = (product: { id: string }, unitPrice: string) => ({
    product: product.id,
    quantity: 2,
    unitPrice,
  });
  const first = await made('/opportunities', {
    name: 'First',
    lines: [line(gone, '10.00'), line(other, '5.00')],
  });
  const second = await made('/opportunities', {
    name: 'Second',
    lines: [line(other, '7.00'), line(gone, '8.00')],
  });
  await merge('product', gone, kept);
  const linesOf = async ({ id }: { id: string }) => {
    const { product, lines } = await read(`/opportunities/${id}`);
    return [product.id, ...lines.map((each: any) => [each.id, each.product.id, each.unitPrice])];
  };
  const ids = (deal: any) => deal.lines.map((each: any) => each.id);
  expect(await linesOf(first)).toEqual([
    kept.id,
    [ids(first)[0], kept.id, '10.00'],
    [ids(first)[1], other.id, '5.00'],
  ]);
  expect(await linesOf(second)).toEqual([
    other.id,
    [ids(second)[0], other.id, '7.00'],
    [ids(second)[1], kept.id, '8.00'],
  ]);
});

describe('shares', () => {
  let people: TestPeople;
  let role: string;
  beforeAll(async () => {
    people = await TestPeople.of(api.database, api, company);
    role = await people.role({
      permissions: ['read', 'update'].map((action) => ({ object: 'account', action, scope: 'own' as const })),
    });
  });
  afterAll(() => people?.end());

  const share = async (record: { id: string }, grantee: object, access: string, until?: string) => {
    const body = { object: 'account', record: record.id, grantee, access, ...(until ? { until } : {}) };
    expect((await call('POST', '/shares', body)).status).toBeLessThan(300);
  };
  const sharesOf = async ({ id }: { id: string }) =>
    (await call('GET', `/shares?object=account&record=${id}`)).body.data.map((each: any) => [
      each.grantee.id,
      each.access,
      each.until,
    ]);
  const account = () => made('/accounts', { name: `Account ${crypto.randomUUID()}` });
  const member = (who: { memberId: string }) => ({ kind: 'member', id: who.memberId });
  const eventsOf = async (ids: string[]) =>
    (
      await people.sql(
        `select verb, record_id as record, changes->'access' as access from record_event
          where object = 'security.account' and cause_id is null and record_id = any($1) order by id`,
        [ids],
      )
    ).rows;

  test('of a merged record are shares of the one that stays, with the higher access', async () => {
    const [ann, ben, cleo] = [
      await people.colleague([role]),
      await people.colleague([role]),
      await people.colleague([role]),
    ];
    await people.settle();
    const [gone, kept] = [await account(), await account()];
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await share(gone, member(ann), 'edit', until);
    await share(gone, member(ben), 'edit');
    await share(kept, member(ben), 'read');
    await share(gone, member(cleo), 'read');
    await share(kept, member(cleo), 'edit');
    const before = (await eventsOf([gone.id, kept.id])).length;

    await merge('account', gone, kept);

    expect((await sharesOf(kept)).sort()).toEqual(
      [
        [ann.memberId, 'edit', until],
        [ben.memberId, 'edit', null],
        [cleo.memberId, 'edit', null],
      ].sort(),
    );
    const change = { name: `Changed by Ann ${kept.id}` };
    expect((await api.call('PATCH', `/accounts/${kept.id}`, { token: ann.token, body: change })).status).toBe(
      200,
    );
    const told = (await eventsOf([gone.id, kept.id])).slice(before);
    expect(told).toEqual([
      { verb: 'unshared', record: gone.id, access: { before: 'edit' } },
      { verb: 'shared', record: kept.id, access: { after: 'edit' } },
      { verb: 'unshared', record: gone.id, access: { before: 'edit' } },
      { verb: 'shared', record: kept.id, access: { before: 'read', after: 'edit' } },
      { verb: 'unshared', record: gone.id, access: { before: 'read' } },
    ]);
    const left = await people.sql('select from record_share where record_id = $1', [gone.id]);
    expect(left.rowCount).toBe(0);
  });

  test('with a merged team are shares with the one that stays', async () => {
    const [gone, kept] = [await made('/teams', { name: 'Gone' }), await made('/teams', { name: 'Kept' })];
    const [one, both] = [await account(), await account()];
    const team = ({ id }: { id: string }) => ({ kind: 'team', id });
    await share(one, team(gone), 'read');
    await share(both, team(gone), 'read');
    await share(both, team(kept), 'edit');

    await merge('team', gone, kept);

    expect([await sharesOf(one), await sharesOf(both)]).toEqual([
      [[kept.id, 'read', null]],
      [[kept.id, 'edit', null]],
    ]);
  });

  test('of a person with themselves is one of the person who stays', async () => {
    const [gone, kept] = [await people.colleague([role]), await people.colleague([role])];
    await people.settle();
    const own = { object: 'member', record: gone.memberId, grantee: member(gone), access: 'edit' };
    expect((await call('POST', '/shares', own)).status).toBe(201);

    await merge('member', { id: gone.memberId }, { id: kept.memberId });

    const left = await people.sql(
      `select record_id, grantee_id, access from record_share where object = 'member' and grantee_id = any($1)`,
      [[gone.memberId, kept.memberId]],
    );
    expect(left.rows).toEqual([{ record_id: kept.memberId, grantee_id: kept.memberId, access: 'edit' }]);
  });
});
