/** Merging over HTTP with everything that the product links, and giving it back: contacts, deals, leads, roles, shares, keys. */
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';
import { MergedCompany } from './testing/merged-company.js';

let api: TestApi;
let company: TestCompany;
let owner: pg.Client;
let merged: MergedCompany;

beforeAll(async () => {
  api = await sharedApi();
  owner = new pg.Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
});
beforeEach(async () => {
  company = await registerCompany(api);
  merged = new MergedCompany(api, company, owner);
});
afterAll(() => owner?.end());

const call = (...args: Parameters<MergedCompany['call']>) => merged.call(...args);
const made = (...args: Parameters<MergedCompany['made']>) => merged.made(...args);
const read = (path: string) => merged.read(path);
const merge = (...args: Parameters<MergedCompany['merge']>) => merged.merge(...args);
const undo = (id: string) => merged.undo(id);
const contents = () => merged.contents();

test('three accounts become one, with contacts, roles, deals, keys and shares, and are given back', async () => {
  const people = await TestPeople.of(api.database, api, company);
  const role = await people.role({
    permissions: ['read', 'update'].map((action) => ({ object: 'account', action, scope: 'own' as const })),
  });
  const ann = await people.colleague([role]);
  await people.settle();
  await people.end();
  const [hot, cold] = [await made('/tags', { name: 'Hot' }), await made('/tags', { name: 'Cold' })];
  const kept = await made('/accounts', { name: 'ACME', tags: [hot.id] });
  const a = await made('/accounts', {
    name: 'Acme Corp.',
    website: 'https://acme.example',
    tags: [cold.id],
    externalId: `k-${crypto.randomUUID()}`,
  });
  const b = await made('/accounts', { name: 'Acme Inc.', phone: '+41 44 668 18 00' });
  const boss = await made('/contacts', { lastName: 'Boss', account: a.id, role: 'Boss' });
  await call('PUT', `/accounts/${b.id}/contacts/${boss.id}`, { role: 'Adviser' });
  await made('/contacts', { lastName: 'Buyer', account: b.id, role: 'Buyer' });
  const deal = await made('/opportunities', { name: 'Deal', account: b.id });
  for (const [record, access] of [
    [a, 'edit'],
    [b, 'read'],
  ] as const)
    await made('/shares', {
      object: 'account',
      record: record.id,
      grantee: { kind: 'member', id: ann.memberId },
      access,
    });
  const before = await contents();

  const done = await merge('/accounts', kept, [a, b], {
    name: { from: a.id },
    website: { from: a.id },
    phone: { from: b.id },
    tags: { unite: true },
  });
  expect(done.preview.result).toMatchObject({ name: 'Acme Corp.', website: 'https://acme.example' });
  expect(done.preview.moves.map((each: any) => [each.object, each.count]).sort()).toEqual(
    expect.arrayContaining([['opportunity', 1]]),
  );
  const now = await read(`/accounts/${kept.id}`);
  expect(now).toMatchObject({ name: 'Acme Corp.', phone: b.phone, externalId: a.externalId });
  expect(now.tags).toHaveLength(2);
  expect((await read(`/opportunities/${deal.id}`)).account.id).toBe(kept.id);
  expect((await read(`/contacts/${boss.id}`)).accounts.map(({ id }: any) => id)).toEqual([kept.id]);
  for (const { id } of [a, b]) expect((await call('GET', `/accounts/${id}`)).status).toBe(308);
  const [event] = (await read(`/accounts/${kept.id}/history`)).data;
  expect(event.cause).toEqual({ kind: 'merge', id: done.id });
  expect(event.mergedWith.map((each: any) => each.name)).toEqual(['Acme Corp.', 'Acme Inc.']);

  expect((await undo(done.id)).conflicts).toEqual([]);
  expect(await contents()).toEqual(before);
});

test('contacts become one at all their accounts, with roles and primary contacts, and are given back', async () => {
  const [first, second, both] = [
    await made('/accounts', { name: 'First' }),
    await made('/accounts', { name: 'Second' }),
    await made('/accounts', { name: 'Both' }),
  ];
  const gone = await made('/contacts', { lastName: 'Gone', account: second.id, role: 'Boss' });
  const kept = await made('/contacts', { lastName: 'Kept', account: first.id, role: 'Buyer' });
  const other = await made('/contacts', { lastName: 'Other', account: second.id });
  for (const each of [gone, kept, other]) await call('PUT', `/accounts/${both.id}/contacts/${each.id}`, {});
  const deal = await made('/opportunities', { name: 'Deal', account: second.id, contact: gone.id });
  const before = await contents();
  const { id } = await merge('/contacts', kept, [gone]);
  const now = await read(`/contacts/${kept.id}`);
  expect(now.accounts.map((each: any) => each.name).sort()).toEqual(['Both', 'First', 'Second']);
  expect((await read(`/opportunities/${deal.id}`)).contact?.id).toBe(kept.id);
  await undo(id);
  expect(await contents()).toEqual(before);
});

test('leads become one, deals keep what leads were converted to, and are given back', async () => {
  const [kept, gone] = [
    await made('/leads', { lastName: 'Kept', company: 'ACME' }),
    await made('/leads', { lastName: 'Gone', company: 'Acme', email: 'gone@acme.example' }),
  ];
  const before = await contents();
  const { id } = await merge('/leads', kept, [gone], { email: { from: gone.id } });
  expect((await read(`/leads/${kept.id}`)).email).toBe('gone@acme.example');
  await undo(id);
  expect(await contents()).toEqual(before);
});

test('an account that a lead became stays its account when it is merged', async () => {
  const lead = await made('/leads', { lastName: 'Lead', company: 'Converted Ltd' });
  const done = await call('POST', `/leads/${lead.id}/convert`, {});
  expect(done.status, JSON.stringify(done.body)).toBeLessThan(300);
  const account = (await read(`/leads/${lead.id}`)).convertedAccount ?? done.body.account;
  const kept = await made('/accounts', { name: 'Kept' });
  const before = await contents();
  const { id } = await merge('/accounts', kept, [account]);
  const after = await read(`/leads/${lead.id}`);
  expect(JSON.stringify(after)).toContain(kept.id);
  expect(JSON.stringify(after)).not.toContain(account.id);
  await undo(id);
  expect(await contents()).toEqual(before);
});
