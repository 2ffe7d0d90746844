import { beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';

let api: TestApi;
let company: TestCompany;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
});

const call = (method: string, path: string, body?: unknown, token = company.token) =>
  api.call(method, path, { token, body });
async function made(path: string, body: unknown) {
  const answer = await call('POST', path, body);
  expect(answer.body.errors ?? answer.body.detail).toBeUndefined();
  return answer.body;
}
const status = async (path: string) => (await call('GET', path)).status;
const read = async (path: string) => (await call('GET', path)).body;
const verb = async (path: string) => (await read(`${path}/history`)).data[0].verb as string;
const account = (name = `Account ${crypto.randomUUID()}`) => made('/accounts', { name });

/** An API key whose role may do the actions on all records of the objects. */
async function keyOf(
  given: Record<string, string[]>,
  fields: object[] = [],
  role: object = {},
): Promise<string> {
  const permissions = Object.entries(given).flatMap(([object, actions]) =>
    actions.map((action) => ({ object, action, scope: 'all' })),
  );
  const { id } = await made('/roles', { name: `Role ${crypto.randomUUID()}`, permissions, fields, ...role });
  return (await made('/api-keys', { name: 'Key', roleId: id })).key;
}

describe('a cascade', () => {
  test('is previewed, deletes only what belongs to the record alone, and is restored as a whole', async () => {
    const [gone, other] = [await account(), await account()];
    const here = await made('/contacts', { lastName: 'Here', account: gone.id });
    const both = await made('/contacts', { lastName: 'Both', account: other.id });
    await call('PUT', `/accounts/${gone.id}/contacts/${both.id}`, { isPrimary: true });
    const deal = await made('/opportunities', { name: 'Deal here', account: gone.id, contact: here.id });
    const elsewhere = await made('/opportunities', {
      name: 'Elsewhere',
      account: other.id,
      contact: here.id,
    });
    const daughter = await made('/accounts', { name: 'Daughter', parent: gone.id });

    const preview = await call('POST', '/accounts/deletion-preview', { ids: [gone.id] });
    expect(preview.status).toBe(200);
    expect(preview.body.count).toBe(1);
    const told = (effects: any[]) =>
      effects.map((e) => [e.effect, e.object, e.records.map((r: any) => r.name).sort(), e.count]).sort();
    expect(told(preview.body.delete.effects)).toEqual([
      ['delete', 'contact', ['Here'], 1],
      ['delete', 'opportunity', ['Deal here'], 1],
      ['unlink', 'account', ['Daughter'], 1],
      ['unlink', 'contact', ['Both'], 1],
      ['unlink', 'opportunity', ['Elsewhere'], 1],
    ]);
    expect(told(preview.body.unlink.effects)).toEqual([
      ['unlink', 'account', ['Daughter'], 1],
      ['unlink', 'contact', ['Both', 'Here'], 2],
      ['unlink', 'opportunity', ['Deal here'], 1],
    ]);
    expect(await status(`/accounts/${gone.id}`)).toBe(200);

    expect((await call('DELETE', `/accounts/${gone.id}?referrers=delete`)).status).toBe(204);
    expect(await status(`/contacts/${here.id}`)).toBe(404);
    expect(await status(`/opportunities/${deal.id}`)).toBe(404);
    expect(await read(`/contacts/${both.id}`)).toMatchObject({ accounts: [{ id: other.id }] });
    expect(await read(`/opportunities/${elsewhere.id}`)).toMatchObject({
      contact: null,
      account: { id: other.id },
    });
    expect(await read(`/accounts/${daughter.id}`)).toMatchObject({ parent: null });
    expect(await verb(`/accounts/${daughter.id}`)).toBe('unlinked');

    const restored = await call('POST', `/accounts/${gone.id}/restore`);
    expect(restored.status).toBe(200);
    expect(await read(`/contacts/${here.id}`)).toMatchObject({ account: { id: gone.id } });
    expect(await read(`/opportunities/${deal.id}`)).toMatchObject({
      account: { id: gone.id },
      contact: { id: here.id },
    });
    const accounts = (await read(`/contacts/${both.id}`)).accounts.map((a: any) => a.id);
    expect(accounts.sort()).toEqual([gone.id, other.id].sort());
    expect(await read(`/opportunities/${elsewhere.id}`)).toMatchObject({ contact: { id: here.id } });
    expect(await read(`/accounts/${daughter.id}`)).toMatchObject({ parent: { id: gone.id } });
    expect(await verb(`/accounts/${daughter.id}`)).toBe('relinked');
  });

  test('restoring it leaves records that were restored, deleted or linked elsewhere since', async () => {
    const [gone, other] = [await account(), await account()];
    const contact = await made('/contacts', { lastName: 'Again', account: gone.id });
    const daughter = await made('/accounts', { name: 'Sold', parent: gone.id });
    await call('DELETE', `/accounts/${gone.id}?referrers=delete`);
    await call('POST', `/contacts/${contact.id}/restore`);
    await call('DELETE', `/contacts/${contact.id}`);
    await call('PATCH', `/accounts/${daughter.id}`, { parent: other.id });
    expect((await call('POST', `/accounts/${gone.id}/restore`)).status).toBe(200);
    expect(await status(`/contacts/${contact.id}`)).toBe(404);
    expect(await read(`/accounts/${daughter.id}`)).toMatchObject({ parent: { id: other.id } });
  });

  test('leaves nothing half done if the record itself can’t be deleted', async () => {
    const { data } = await read('/pipelines?limit=10');
    const standard = data.find((p: any) => p.isDefault);
    const stages = async () => (await read('/stages?count=exact&limit=1')).count.value;
    const before = await stages();
    expect((await call('DELETE', `/pipelines/${standard.id}?referrers=delete`)).status).toBe(409);
    expect(await stages()).toBe(before);
  });

  test('in bulk fails only for the record concerned', async () => {
    const [free, held] = [await account(), await account()];
    const contact = await made('/contacts', { lastName: 'Held', account: held.id });
    const key = await keyOf({ account: ['read', 'delete', 'bulk'], contact: ['read'] });
    const answer = await call(
      'POST',
      '/accounts/bulk',
      { action: 'delete', ids: [free.id, held.id], referrers: 'delete' },
      key,
    );
    expect(answer.body.counts).toEqual({ total: 2, deleted: 1, failed: 1 });
    expect(answer.body.results[1].errors[0].code).toBe('referrersForbidden');
    expect(await status(`/contacts/${contact.id}`)).toBe(200);
  });
});

describe('side effects of a deletion', () => {
  test('are limited by the rights of the deleting user', async () => {
    const gone = await account();
    const contact = await made('/contacts', { lastName: 'Read only', account: gone.id });
    const key = await keyOf({ account: ['read', 'delete'], contact: ['read', 'delete'] });
    const refused = await call('DELETE', `/accounts/${gone.id}?referrers=unlink`, undefined, key);
    expect([refused.status, refused.body.code]).toEqual([403, 'referrersForbidden']);
    expect(refused.body.referrers).toEqual([
      {
        object: 'contact',
        field: 'accounts',
        label: 'Contacts',
        records: [{ id: contact.id, name: 'Read only' }],
        more: false,
      },
    ]);
    expect((await read(`/contacts/${contact.id}`)).accounts).toHaveLength(1);
    expect((await call('DELETE', `/accounts/${gone.id}?referrers=delete`, undefined, key)).status).toBe(204);
  });

  test('remove lines as a change of the deal, and restore them', async () => {
    const [kept, gone] = [
      await made('/products', { name: 'Kept' }),
      await made('/products', { name: 'Gone' }),
    ];
    const deal = await made('/opportunities', { name: 'Lines', account: (await account()).id });
    const put = await call('PUT', `/opportunities/${deal.id}/lines`, {
      lines: [
        { product: gone.id, unitPrice: '5' },
        { product: kept.id, unitPrice: '7' },
        { product: gone.id, unitPrice: '9' },
      ],
    });
    expect(put.status).toBe(200);
    const { version } = await read(`/opportunities/${deal.id}`);
    const key = await keyOf({ product: ['read', 'delete'], opportunity: ['read'] });
    expect((await call('DELETE', `/products/${gone.id}?referrers=unlink`, undefined, key)).status).toBe(403);
    expect((await call('DELETE', `/products/${gone.id}?referrers=unlink`)).status).toBe(204);
    const products = async () =>
      (await read(`/opportunities/${deal.id}/lines`)).data.map((l: any) => [l.product.id, l.unitPrice]);
    expect(await products()).toEqual([[kept.id, '7.00']]);
    expect((await read(`/opportunities/${deal.id}`)).version).toBe(version + 1);
    expect(await verb(`/opportunities/${deal.id}`)).toBe('unlinked');
    expect((await call('POST', `/products/${gone.id}/restore`)).status).toBe(200);
    expect(await products()).toEqual([
      [gone.id, '5.00'],
      [kept.id, '7.00'],
      [gone.id, '9.00'],
    ]);
  });

  test('change people only if the user may manage people', async () => {
    const team = await made('/teams', { name: `Team ${crypto.randomUUID()}` });
    await call('PATCH', `/members/${company.memberId}`, { team: team.id });
    const key = await keyOf({ team: ['read', 'delete'], member: ['read', 'update'] });
    const refused = await call('DELETE', `/teams/${team.id}?referrers=unlink`, undefined, key);
    expect(refused.status).toBe(403);
    const empty = await made('/teams', { name: `Empty ${crypto.randomUUID()}` });
    expect((await call('DELETE', `/teams/${empty.id}`, undefined, key)).body.code).toBe('framesRights');
    expect((await read(`/members/${company.memberId}`)).team.id).toBe(team.id);
    expect((await call('DELETE', `/teams/${team.id}?referrers=unlink`)).status).toBe(204);
    expect((await read(`/members/${company.memberId}`)).team).toBeNull();
  });
});

describe('a deletion reveals nothing that the user can’t view', () => {
  test('neither records out of reach nor references in hidden fields, whether there are any or not', async () => {
    const [referred, free] = [await account('Same'), await account('Same')];
    const deal = await made('/opportunities', { name: 'Unseen', account: referred.id });
    const contact = await made('/contacts', { lastName: 'Through a hidden field', account: referred.id });
    const key = await keyOf({ account: ['read', 'delete'], contact: ['read', 'update', 'delete'] }, [
      { object: 'contact', field: 'account', access: 'hidden' },
    ]);
    const answers = async (id: string) => {
      const preview = await call('POST', '/accounts/deletion-preview', { ids: [id] }, key);
      const refused = await call('DELETE', `/accounts/${id}`, undefined, key);
      return JSON.stringify([preview.status, preview.body, refused.status, refused.body ?? null]).replaceAll(
        id,
        'id',
      );
    };
    const one = await answers(referred.id);
    expect(one).toBe(await answers(free.id));
    expect(JSON.parse(one)[2]).toBe(204);
    // What the caller can't see is unchanged, and complete again once the account is restored.
    expect((await read(`/opportunities/${deal.id}`)).version).toBe(1);
    expect((await call('POST', `/accounts/${referred.id}/restore`)).status).toBe(200);
    expect(await read(`/opportunities/${deal.id}`)).toMatchObject({ account: { id: referred.id } });
    expect(await read(`/contacts/${contact.id}`)).toMatchObject({ account: { id: referred.id } });
  });

  test('except that invisible records that require it prevent the deletion, unnamed', async () => {
    const pipeline = await made('/pipelines', { name: `Pipeline ${crypto.randomUUID()}` });
    const stage = await made('/stages', { pipeline: pipeline.id, name: 'Only', category: 'open' });
    for (const category of ['won', 'lost', 'open'])
      await made('/stages', { pipeline: pipeline.id, name: category, category });
    await made('/opportunities', { name: 'Unseen deal', pipeline: pipeline.id, stage: stage.id });
    const key = await keyOf({ stage: ['read', 'delete'], pipeline: ['read', 'delete'] });
    for (const policy of ['refuse', 'unlink', 'delete']) {
      const answer = await call('DELETE', `/stages/${stage.id}?referrers=${policy}`, undefined, key);
      expect([answer.status, answer.body.referrers]).toEqual([
        409,
        [{ object: 'opportunity', field: 'stage', label: 'Opportunities', records: [], more: true }],
      ]);
    }
  });
});
