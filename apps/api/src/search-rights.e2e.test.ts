import type { FieldPermission, Permission } from '@pellucid/platform/access';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SearchStage } from './testing/search-stage.js';
import { sharedWorkingApi, type WorkingApi } from './testing/worker-in-process.js';

let api: WorkingApi;
let stage: SearchStage;

beforeAll(async () => {
  api = await sharedWorkingApi();
  stage = await SearchStage.of(api);
});
afterAll(() => stage?.end());

const reading = (object: string, scope: Permission['scope'] = 'all'): Permission => ({
  object,
  action: 'read',
  scope,
});

/** A person with one role. */
async function person(permissions: Permission[], fields: FieldPermission[] = []) {
  const role = await stage.people.role({ permissions, fields });
  const colleague = await stage.people.colleague([role]);
  await stage.people.settle();
  await stage.ready();
  return { ...colleague, role };
}
/** What a search tells, without ids. */
const told = ({ data, ...rest }: any) => ({ ...rest, data: data.map(({ id: _, ...hit }: any) => hit) });

describe.each(['hidden', 'mask'] as const)('a field that is %s', (access) => {
  test('has no part in matches, order, counts and explanations', async () => {
    const viewer = await person([reading('contact')], [{ object: 'contact', field: 'phone', access }]);
    const tell = async (q: string, more = {}) =>
      told(await stage.search(q, { explain: 'true', ...more }, viewer.token));
    const word = `Serval${access}`;
    const id = await stage.made('/contacts', { lastName: word, phone: '+49 171 5550123' });
    const before = {
      phone: await tell('+49 171 5550123'),
      name: await tell(word),
      both: await tell(`${word} 5550123`),
    };
    expect(before.phone.data).toEqual([]);
    expect(before.name.data).toHaveLength(1);
    expect(await stage.ids('+49 171 5550123')).toContain(id);
    await stage.call('PATCH', `/contacts/${id}`, { phone: '+49 171 9990123' });
    for (const isIndexed of [false, true]) {
      if (isIndexed) await stage.indexed();
      expect({
        phone: await tell('+49 171 5550123'),
        name: await tell(word),
        both: await tell(`${word} 5550123`),
      }).toEqual(before);
    }
    const { record } = await stage.search('+49 171 9990123', { record: `contact/${id}` }, viewer.token);
    expect(record.isFound).toBe(false);
    expect(JSON.stringify(record)).not.toContain('5550123');
    await stage.call('DELETE', `/contacts/${id}`);
  });
});

test('records out of scope have no part in hits, counts and explanations', async () => {
  const viewer = await person([reading('account', 'own')]);
  const mine = await stage.made('/accounts', { name: 'Caracal mine', owner: viewer.memberId });
  const before = told(await stage.search('caracal', {}, viewer.token));
  expect(before.counts).toEqual({ account: { value: 1, capped: false } });
  const others = [
    await stage.made('/accounts', { name: 'Caracal' }),
    await stage.made('/accounts', { name: 'Caracal Caracal' }),
  ];
  for (const isIndexed of [false, true]) {
    if (isIndexed) await stage.indexed();
    expect(told(await stage.search('caracal', {}, viewer.token))).toEqual(before);
    expect(await stage.ids('caracal')).toHaveLength(3);
  }
  const why = async (id: string) =>
    (await stage.search('caracal', { record: `account/${id}` }, viewer.token)).record.reasons;
  expect(await why(others[0]!)).toEqual(await why('01999999-0000-7000-8000-000000000000'));
  await stage.people.share('account', others[0]!, { kind: 'member', id: viewer.memberId }, 'read');
  await stage.people.settle();
  expect((await stage.ids('caracal', {}, viewer.token)).sort()).toEqual([mine, others[0]!].sort());
});

test('names of other records, and names made of them, are found only by those who see these records', async () => {
  const viewer = await person([reading('account', 'own'), reading('contact'), reading('opportunity')]);
  const mine = await stage.made('/accounts', { name: 'Binturong', owner: viewer.memberId });
  const other = await stage.made('/accounts', { name: 'Fossa' });
  const made: Record<string, string> = {};
  for (const [name, account] of [
    ['mine', mine],
    ['other', other],
  ] as const) {
    made[`contact ${name}`] = await stage.made('/contacts', { lastName: 'Linked', account });
    made[`deal ${name}`] = await stage.made('/opportunities', { account });
  }
  const names = async (q: string, token?: string) =>
    (await stage.ids(q, { objects: 'contact,opportunity' }, token))
      .map((id) => Object.keys(made).find((k) => made[k] === id))
      .sort();
  for (const isIndexed of [false, true]) {
    if (isIndexed) await stage.indexed();
    expect(await names('binturong', viewer.token)).toEqual(['contact mine', 'deal mine']);
    expect(await names('fossa', viewer.token)).toEqual([]);
    expect(await names('fossa')).toEqual(['contact other', 'deal other']);
    expect(await names('linked', viewer.token)).toEqual(['contact mine', 'contact other']);
  }
  // The contact now belongs to an account that the viewer sees. What the index still has of the other one is not searched.
  await stage.call('PATCH', `/contacts/${made['contact other']}`, { account: mine });
  expect(await names('fossa', viewer.token)).toEqual([]);
  expect(await names('binturong', viewer.token)).toContain('contact other');
});

test('a right that is taken away counts at once, and the rest is found again when the index has followed', async () => {
  const viewer = await person([reading('account')]);
  const id = await stage.made('/accounts', { name: 'Genet', city: 'Lagos' });
  await stage.indexed();
  expect(await stage.ids('lagos', {}, viewer.token)).toEqual([id]);
  await stage.people.sql('update role set fields = $2 where id = $1', [
    viewer.role,
    JSON.stringify([{ object: 'account', field: 'city', access: 'hidden' }]),
  ]);
  await stage.people.settle();
  expect(await stage.ids('lagos', {}, viewer.token)).toEqual([]);
  await stage.ready();
  const after = await stage.search('genet', {}, viewer.token);
  expect(after.data).toHaveLength(1);
  expect(after.meta).toBeUndefined();
  expect(await stage.ids('lagos', {}, viewer.token)).toEqual([]);
  expect(await stage.ids('lagos')).toEqual([id]);
});

test('fields that a company adds are searched if it says so, by those who see them', async () => {
  await stage.people.customFields('account', {
    nickname: ['text', { searchable: true }],
    secret: ['text', { searchable: false }],
    units: ['number', { searchable: true }],
  });
  await stage.ready();
  const id = await stage.made('/accounts', {
    name: 'Custom',
    custom: { nickname: 'Kinkajou', secret: 'Olingo', units: '4711' },
  });
  expect([await stage.ids('kinkajou'), await stage.ids('olingo'), await stage.ids('4711')]).toEqual([
    [id],
    [],
    [id],
  ]);
  await stage.indexed();
  const viewer = await person(
    [reading('account')],
    [{ object: 'account', field: 'custom.nickname', access: 'mask' }],
  );
  expect(await stage.ids('kinkajou', {}, viewer.token)).toEqual([]);
  expect(await stage.ids('4711', {}, viewer.token)).toEqual([id]);
});

test('another company finds nothing', async () => {
  const other = await SearchStage.of(api);
  await stage.made('/accounts', { name: 'Tayra' });
  await stage.indexed();
  expect(await other.ids('tayra')).toEqual([]);
  await other.end();
});
