/** A merge that is undone leaves the company's records, links, redirects and shares as they were before it. */
import { newContext, runInContext } from '@pellucid/platform/context';
import { RecordService } from '@pellucid/platform/records';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';

let api: TestApi;
let company: TestCompany;
let owner: pg.Client;

beforeAll(async () => {
  api = await sharedApi();
  owner = new pg.Client({ connectionString: api.database.ownerUrl });
  await owner.connect();
});
beforeEach(async () => {
  company = await registerCompany(api);
});
afterAll(() => owner?.end());

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: company.token, body });
async function made(path: string, body: unknown) {
  const answer = await call('POST', path, body);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer.body;
}
/** Merges a record into another one. @returns the correlation id */
async function merge(object: string, from: { id: string }, into: { id: string }): Promise<string> {
  const correlationId = crypto.randomUUID();
  const actor = { kind: 'member' as const, id: company.memberId };
  const context = { correlationId, tenantId: company.tenantId, memberId: company.memberId, actor };
  await runInContext(newContext(context), () =>
    api.app.get(RecordService, { strict: false }).merge(object, from.id, into.id),
  );
  return correlationId;
}

const TABLES = [
  'account',
  'contact',
  'opportunity',
  'opportunity_line',
  'account_contact',
  'record_tag',
  'external_id',
  'record_redirect',
  'record_share',
  'tag',
];

/** Returns the contents of a company's tables, without versions, times and authors. */
async function contents(): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  for (const table of TABLES) {
    const { rows } = await owner.query(
      `select to_jsonb(t) - array['version', 'created_at', 'updated_at', 'updated_by_kind', 'updated_by_id', 'at'] as row
         from ${table} t where tenant_id = $1 order by 1`,
      [company.tenantId],
    );
    found[table] = rows.map(({ row }) => row);
  }
  return found;
}

const undo = async (correlationId: string) => {
  const answer = await call('POST', '/undo', { correlationId });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};

describe('undoing a merge', () => {
  test('of accounts brings back links with roles and primary contacts, deals, subsidiaries, tags and redirects', async () => {
    const tag = await made('/tags', { name: 'Hot' });
    const [gone, kept, other, older] = [
      await made('/accounts', { name: 'Acme Corp.', tags: [tag.id] }),
      await made('/accounts', { name: 'ACME' }),
      await made('/accounts', { name: 'Globex' }),
      await made('/accounts', { name: 'Acme Old' }),
    ];
    await merge('account', older, gone);
    await made('/contacts', { lastName: 'Kept', account: kept.id });
    const moved = await made('/contacts', { lastName: 'Moved', account: gone.id, role: 'Buyer' });
    const both = await made('/contacts', { lastName: 'Both', account: kept.id, role: 'Boss' });
    await call('PUT', `/accounts/${other.id}/contacts/${moved.id}`, { role: 'Adviser' });
    await call('PUT', `/accounts/${gone.id}/contacts/${both.id}`, { role: 'Owner' });
    await made('/opportunities', { name: 'Deal', account: gone.id });
    await made('/accounts', { name: 'Daughter', parent: gone.id });
    const before = await contents();
    const correlationId = await merge('account', gone, kept);
    expect((await call('GET', `/accounts/${gone.id}`)).status).toBe(308);
    expect((await undo(correlationId)).conflicts).toEqual([]);
    expect(await contents()).toEqual(before);
    expect((await call('GET', `/accounts/${older.id}`)).headers['location']).toContain(gone.id);
  });

  test('of tags brings them back where records had one or both', async () => {
    const [gone, kept] = [await made('/tags', { name: 'Hot' }), await made('/tags', { name: 'Warm' })];
    await made('/accounts', { name: 'One', tags: [gone.id] });
    await made('/accounts', { name: 'Both', tags: [gone.id, kept.id] });
    const before = await contents();
    await undo(await merge('tag', gone, kept));
    expect(await contents()).toEqual(before);
  });

  test('of products brings lines back to theirs', async () => {
    const [gone, kept] = [
      await made('/products', { name: `Product ${crypto.randomUUID()}` }),
      await made('/products', { name: `Product ${crypto.randomUUID()}` }),
    ];
    const line = (product: { id: string }) => ({ product: product.id, quantity: 2, unitPrice: '10.00' });
    await made('/opportunities', { name: 'First', lines: [line(gone), line(kept)] });
    const before = await contents();
    await undo(await merge('product', gone, kept));
    expect(await contents()).toEqual(before);
  });

  test('gives the key in another system back, which followed the merge', async () => {
    const key = `k-${crypto.randomUUID()}`;
    const [gone, kept, other] = [
      await made('/accounts', { name: 'Acme Corp.', externalId: key }),
      await made('/accounts', { name: 'ACME' }),
      await made('/accounts', { name: 'Globex', externalId: `${key}-2` }),
    ];
    const before = await contents();
    const externalId = async ({ id }: { id: string }) =>
      (await call('GET', `/accounts/${id}`)).body.externalId;
    const first = await merge('account', gone, kept);
    expect(await externalId(kept)).toBe(key);
    const second = await merge('account', kept, other);
    expect(await externalId(other)).toBe(`${key}-2`);
    await undo(second);
    expect(await externalId(kept)).toBe(key);
    await undo(first);
    expect(await contents()).toEqual(before);
  });

  test('keeps what others have changed since', async () => {
    const [gone, kept, other] = [
      await made('/accounts', { name: 'Acme Corp.' }),
      await made('/accounts', { name: 'ACME' }),
      await made('/accounts', { name: 'Globex' }),
    ];
    const deal = await made('/opportunities', { name: 'Deal', account: gone.id });
    const second = await made('/opportunities', { name: 'Second', account: gone.id });
    const correlationId = await merge('account', gone, kept);
    await call('PATCH', `/opportunities/${deal.id}`, { account: other.id });
    const { conflicts } = await undo(correlationId);
    expect(conflicts).toMatchObject([{ record: { id: deal.id }, field: 'account', code: 'changedSince' }]);
    expect((await call('GET', `/opportunities/${deal.id}`)).body.account.id).toBe(other.id);
    expect((await call('GET', `/opportunities/${second.id}`)).body.account.id).toBe(gone.id);
  });

  test('brings shares back, also two with the same person', async () => {
    const people = await TestPeople.of(api.database, api, company);
    const role = await people.role({
      permissions: ['read', 'update'].map((action) => ({ object: 'account', action, scope: 'own' as const })),
    });
    const [ann, bob] = [await people.colleague([role]), await people.colleague([role])];
    await people.settle();
    await people.end();
    const [gone, kept] = [
      await made('/accounts', { name: 'Acme' }),
      await made('/accounts', { name: 'ACME' }),
    ];
    const share = ({ id }: { id: string }, who: { memberId: string }, access: string) =>
      made('/shares', {
        object: 'account',
        record: id,
        grantee: { kind: 'member', id: who.memberId },
        access,
      });
    await share(gone, ann, 'edit');
    await share(kept, ann, 'read');
    await share(gone, bob, 'read');
    const before = await contents();
    const correlationId = await merge('account', gone, kept);
    expect(await contents()).not.toEqual(before);
    await undo(correlationId);
    expect((await contents())['record_share']).toEqual(before['record_share']);
  });
});
