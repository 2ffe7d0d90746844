/** Values that new records start with, kept by name. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';
import { sharedWorkingApi, type WorkingApi } from './testing/worker-in-process.js';

let api: WorkingApi;
let company: TestCompany;
let people: TestPeople;

beforeAll(async () => {
  api = await sharedWorkingApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
});
afterAll(() => people?.end());

const ask = (method: string, path: string, body?: unknown, token = company.token, headers: object = {}) =>
  api.call(method, path, { token, body, headers } as never);
async function call(method: string, path: string, body?: unknown, token?: string): Promise<any> {
  const answer = await ask(method, path, body, token);
  expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}
async function colleague(objects: string[], fields: object[] = []): Promise<string> {
  const permissions = objects.flatMap((object) =>
    ['read', 'create', 'update'].map((action) => ({ object, action, scope: 'all' })),
  );
  const role = await people.role({ permissions: permissions as never, fields: fields as never });
  const { token } = await people.colleague([role]);
  await people.settleEverywhere();
  return token;
}
const CALL = {
  object: 'task',
  name: 'Follow up',
  values: { name: 'Call back', priority: 'High', due: { days: 3 }, remindAt: { days: 3, time: '09:30' } },
};

test('a template is private until it is shared, and its owner renames, replaces and deletes it', async () => {
  const kim = await colleague(['task']);
  const made = await call('POST', '/record-templates', CALL);
  expect(made).toMatchObject({ ...CALL, isShared: false, mayChange: true, leftOut: [], version: 1 });
  const at = `/record-templates/${made.id}`;
  expect((await ask('GET', at, undefined, kim)).status).toBe(404);
  const shared = await call('PATCH', at, { isShared: true, name: 'After a call' });
  expect(shared).toMatchObject({ name: 'After a call', values: CALL.values, isShared: true, version: 2 });
  expect((await call('GET', '/record-templates?object=task', undefined, kim)).data).toEqual([
    expect.objectContaining({ id: made.id, values: CALL.values, mayChange: false }),
  ]);
  expect((await call('GET', '/record-templates?object=account', undefined, kim)).data).toEqual([]);
  for (const [method, body] of [
    ['PATCH', { name: 'Mine' }],
    ['DELETE', undefined],
  ] as const)
    expect((await ask(method, at, body, kim)).body.code).toBe('templateNotYours');
  const replaced = await call('PATCH', at, { values: { name: 'Write' } });
  expect(replaced.values).toEqual({ name: 'Write' });
  const stale = await ask('PATCH', at, { name: 'Late' }, company.token, { 'if-match': '"1"' });
  expect([stale.status, stale.body.current.name]).toEqual([412, 'After a call']);
  await call('DELETE', at);
  expect((await ask('GET', at)).status).toBe(404);
});

test('what a template can not keep is refused, with its place', async () => {
  const refused = async (values: object, object = 'task') => {
    const { status, body } = await ask('POST', '/record-templates', { object, name: 'No', values });
    return [status, ...(body.errors ?? []).map((e: any) => `${e.pointer} ${e.code}`)];
  };
  expect(await refused({ owner: company.memberId })).toEqual([422, '/values/owner unknownField']);
  expect(await refused({ about: [] })).toEqual([422, '/values/about unknownField']);
  expect(await refused({ nothing: 1 })).toEqual([422, '/values/nothing unknownField']);
  expect(await refused({ priority: 'Sometime' })).toEqual([422, '/values/priority notAnOption']);
  for (const due of ['2026-12-01', { days: 1.5 }, { days: 4_000 }, { days: 1, time: '09:00' }, null])
    expect(await refused({ due })).toEqual([422, '/values/due invalidRelativeDay']);
  for (const remindAt of [{ days: 1 }, { days: 1, time: '24:00' }])
    expect(await refused({ remindAt })).toEqual([422, '/values/remindAt invalidRelativeDay']);
  expect(await refused({ name: 'x' }, 'nothing')).toEqual([422, '/object unknownObject']);
  const kim = await colleague(['account']);
  expect((await ask('POST', '/record-templates', CALL, kim)).body.code).toBe('permissionMissing');
});

test('a shared template gives values of fields that one fills and sees in clear, and tells nothing of others', async () => {
  const hidden = await colleague(['task'], [{ object: 'task', field: 'priority', access: 'hidden' }]);
  const reading = await colleague(['task'], [{ object: 'task', field: 'due', access: 'read' }]);
  const other = await colleague(['account']);
  const made = await call('POST', '/record-templates', { ...CALL, isShared: true });
  const plain = await call('POST', '/record-templates', {
    object: 'task',
    name: CALL.name,
    values: { name: 'Call back', due: { days: 3 }, remindAt: { days: 3, time: '09:30' } },
    isShared: true,
  });
  const seen = async (id: string, token: string) => {
    const { values, leftOut } = await call('GET', `/record-templates/${id}`, undefined, token);
    return { values, leftOut };
  };
  // With the hidden value or without it, the answer is the same.
  expect(await seen(made.id, hidden)).toEqual(await seen(plain.id, hidden));
  expect(await seen(made.id, hidden)).toEqual({
    values: { name: 'Call back', due: { days: 3 }, remindAt: { days: 3, time: '09:30' } },
    leftOut: [],
  });
  expect(Object.keys((await seen(made.id, reading)).values)).toEqual(['name', 'priority', 'remindAt']);
  expect((await ask('GET', `/record-templates/${made.id}`, undefined, other)).status).toBe(404);
  expect((await call('GET', '/record-templates', undefined, other)).data).toEqual([]);
  const tried = await ask(
    'POST',
    '/record-templates',
    { object: 'task', name: 'Try', values: { priority: 'High' } },
    hidden,
  );
  const unknown = await ask(
    'POST',
    '/record-templates',
    { object: 'task', name: 'Try', values: { nothing: 'High' } },
    hidden,
  );
  const without = ({ correlationId: _, ...body }: any, key: string) =>
    JSON.stringify(body).replaceAll(key, 'KEY');
  expect(without(tried.body, 'priority')).toBe(without(unknown.body, 'nothing'));
});

test('a field that is gone leaves its value out, which only its owner and who manages fields are told', async () => {
  const mood = { object: 'task', name: 'mood', label: 'Mood', type: 'text' };
  const field = await call('POST', '/custom-fields', mood);
  const values = { name: 'Ask', 'custom.mood': 'calm' };
  const [kim, lee] = [await colleague(['task']), await colleague(['task'])];
  const body = { object: 'task', name: 'Mood', values };
  const own = await call('POST', '/record-templates', body);
  const refused = await ask('DELETE', `/custom-fields/${field.id}`);
  expect(refused.body.uses).toEqual([{ kind: 'recordTemplate', id: own.id, name: 'Mood' }]);
  await call('DELETE', `/record-templates/${own.id}`);
  const { id } = await call('POST', '/record-templates', body, kim);
  const at = `/record-templates/${id}`;
  // Private templates of others are named to nobody, and let the field go if somebody wants that.
  await call('DELETE', `/custom-fields/${field.id}?personalUses=leave`);
  await call('PATCH', at, { isShared: true }, kim);
  expect(await call('GET', at, undefined, kim)).toMatchObject({
    values: { name: 'Ask' },
    leftOut: ['custom.mood'],
  });
  expect(await call('GET', at)).toMatchObject({ values: { name: 'Ask' }, leftOut: ['custom.mood'] });
  expect(await call('GET', at, undefined, lee)).toMatchObject({ values: { name: 'Ask' }, leftOut: [] });
});
