import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { field } from '../describe/descriptor.js';
import { defineRecord } from '../describe/shared-fields.js';
import { sampleDescriptors } from '../testing/sample-objects.js';
import { type BinRequest, RecycleBin } from './recycle-bin.js';

/* What is deleted, one entry for each deletion, within the rights of whoever looks. */

let engine: EngineApp;
let tenant: EngineTenant;

/** Contacts belong to accounts. */
const contact = defineRecord({
  key: 'contact',
  plural: 'contacts',
  label: 'Contact',
  pluralLabel: 'Contacts',
  table: 'contact_sample',
  fields: [
    field.text('name', 'Name', { required: true, searchable: true }),
    field.reference('account', 'Account', 'account', { belongsTo: true }),
  ],
});

beforeAll(async () => {
  engine = await startEngine([...sampleDescriptors, contact]);
  await engine.admin.query(`
    create table contact_sample (like tag including all);
    alter table contact_sample drop column color, add column account_id uuid;
    alter table contact_sample owner to pellucid_owner;
    select protect_record_table('contact_sample');
  `);
});
afterAll(() => engine.close());

const call = async (method: string, url: string, body?: unknown, who = tenant) => {
  const answer = await engine.call(who, method, url, body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
};
const account = (values: object = {}) => call('POST', '/accounts', { name: `A ${randomUUID()}`, ...values });
const bin = (request: Partial<BinRequest> = {}, who = tenant) =>
  engine.as(who, () => engine.app.get(RecycleBin).page({ limit: 50, ...request }));
const ids = async (request: Partial<BinRequest> = {}, who = tenant) =>
  (await bin(request, who)).data.map(({ record }) => record.id);

describe('the recycle bin', () => {
  beforeAll(async () => {
    tenant = await engine.tenant();
  });

  it('shows one entry for a deletion with what went along, the latest first, and none once it is restored', async () => {
    const [one, two] = [await account({ name: 'Acme' }), await account({ name: 'Globex' })];
    for (const name of ['Ann', 'Bob']) await call('POST', '/contacts', { name, account: one.id });
    await call('DELETE', `/accounts/${one.id}?referrers=delete`);
    await call('DELETE', `/accounts/${two.id}`);
    const { data } = await bin();
    expect(data).toMatchObject([
      { object: 'account', record: { id: two.id, name: 'Globex' }, with: [], isRestorable: true },
      {
        object: 'account',
        record: { id: one.id, name: 'Acme' },
        with: [{ object: 'contact', count: 2 }],
        deletedBy: { kind: 'member', id: tenant.memberId, name: 'Ada Admin' },
      },
    ]);
    await call('POST', `/accounts/${one.id}/restore`);
    expect(await ids()).toEqual([two.id]);
  });

  it('is filtered by object, person and name, and continues page by page', async () => {
    tenant = await engine.tenant();
    const made = [await account({ name: 'Zürich AG' }), await account(), await account()];
    const tag = await call('POST', '/tags', { name: 'Zurich' });
    for (const { id } of made) await call('DELETE', `/accounts/${id}`);
    await call('DELETE', `/tags/${tag.id}`);
    expect(await ids({ object: 'account' })).toEqual(made.map(({ id }) => id).reverse());
    expect((await ids({ q: 'zurich' })).sort()).toEqual([made[0].id, tag.id].sort());
    expect(await ids({ by: randomUUID() })).toEqual([]);
    const first = await bin({ limit: 3 });
    const second = await bin({ limit: 3, cursor: first.nextCursor! });
    expect([...first.data, ...second.data].map(({ record }) => record.id)).toEqual(await ids());
    expect(second.nextCursor).toBeNull();
  });

  it("shows nothing of what the caller does not see: others' records, hidden names, what went along", async () => {
    tenant = await engine.tenant();
    const rights = (scope: 'all' | 'own') => ({
      permissions: [{ object: 'account', action: 'read', scope }],
      fields: [{ object: 'account', field: '*', access: 'view' as const }],
    });
    const one = await account({ name: 'Acme' });
    await call('POST', '/contacts', { name: 'Ann', account: one.id });
    await call('DELETE', `/accounts/${one.id}?referrers=delete`);
    const outsider = await engine.person(tenant, rights('own'));
    expect(await ids({}, outsider)).toEqual([]);
    const reader = await engine.person(tenant, rights('all'));
    expect((await bin({}, reader)).data).toMatchObject([
      { record: { id: one.id, name: 'Acme' }, with: [], isRestorable: false },
    ]);
    const blind = await engine.person(tenant, {
      ...rights('all'),
      fields: [{ object: 'account', field: 'name', access: 'hidden' as const }],
    });
    expect((await bin({}, blind)).data).toMatchObject([{ record: { id: one.id } }]);
    expect((await bin({}, blind)).data[0]!.record.name).toBeUndefined();
    expect(await ids({ q: 'acme' }, blind)).toEqual([]);
    // Whoever does not see what it belonged to sees the record itself.
    const contacts = await engine.person(tenant, {
      permissions: [{ object: 'contact', action: 'read', scope: 'all' }],
      fields: [{ object: 'contact', field: '*', access: 'view' as const }],
    });
    expect((await bin({}, contacts)).data).toMatchObject([{ object: 'contact', record: { name: 'Ann' } }]);
  });
});
