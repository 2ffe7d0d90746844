import { eventually } from '@pellucid/platform/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerCompany, type TestCompany } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';
import { sharedWorkingApi, type WorkingApi } from './testing/worker-in-process.js';

/* Formulas, roll-ups and numbers from their definition to the records, with API and worker. */

let api: WorkingApi;
let company: TestCompany;
let people: TestPeople;

beforeAll(async () => {
  api = await sharedWorkingApi();
  company = await registerCompany(api);
  people = await TestPeople.of(api.database, api, company);
});
afterAll(() => people?.end());

const call = (method: string, path: string, body?: unknown, token = company.token): Promise<any> =>
  api.call(method, path, { token, ...(body === undefined ? {} : { body }) });
let count = 0;
const define = (type: string, more: object, object = 'account') => {
  const name = `made${++count}`;
  return call('POST', '/custom-fields', { object, name, label: `Label of ${name}`, type, ...more });
};
const create = async (object: string, values: object): Promise<any> => {
  const made = await call('POST', `/${object}`, values);
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body;
};
const customOf = async (path: string) => (await call('GET', path)).body.custom ?? {};

describe('a formula', () => {
  test('is typed by what it reads, fills the records that are there, and follows other records', async () => {
    const account = await create('accounts', { name: 'Acme', employees: 4 });
    const child = await create('accounts', { name: 'Acme East', employees: 1, parent: account.id });
    const { status, body: field } = await define('formula', {
      formula: 'employees * 100 / parent.employees',
      scale: 1,
      indexed: true,
    });
    expect(status, JSON.stringify(field)).toBe(201);
    expect(field).toMatchObject({ type: 'formula', valueType: 'number', scale: 1, indexed: true });
    await eventually(async () => (await customOf(`/accounts/${child.id}`))[field.name] === '25');
    await call('PATCH', `/accounts/${account.id}`, { employees: 8 });
    await eventually(async () => (await customOf(`/accounts/${child.id}`))[field.name] === '12.5');
    const described = (await call('GET', '/objects/account')).body.fields.find(
      (f: any) => f.key === field.key,
    );
    expect(described).toMatchObject({ type: 'number', readOnly: true, filterable: true, importable: false });
    const source = await call(
      'GET',
      `/access/value-source?object=account&record=${child.id}&field=${field.key}`,
    );
    expect(source.body).toMatchObject({
      kind: 'formula',
      inputs: [
        { key: 'employees', value: 1 },
        { key: 'parent.employees', value: '8' },
      ],
      changedAt: expect.any(String),
    });
    // Another formula: all records again.
    await call('PATCH', `/custom-fields/${field.id}`, { formula: 'employees / 0' });
    await eventually(async () => ((await customOf(`/accounts/${child.id}`))[field.name] ?? null) === null);
    const why = await call(
      'GET',
      `/access/value-source?object=account&record=${child.id}&field=${field.key}`,
    );
    expect(why.body.problem).toMatchObject({ code: 'formulaDivisionByZero', start: 0, end: 13 });
  });

  test('follows references that are made of other links: the account of a contact, the product of a deal', async () => {
    const account = await create('accounts', { name: 'Before' });
    const product = await create('products', { name: 'Old', price: '1' });
    const contact = await create('contacts', { lastName: 'Linked', account: account.id });
    const deal = await create('opportunities', { name: 'Linked', account: account.id, product: product.id });
    const { body: ofContact } = await define('formula', { formula: 'account.name' }, 'contact');
    const { body: ofDeal } = await define('formula', { formula: 'product.name' }, 'opportunity');
    const until = (path: string, field: any, value: string) =>
      eventually(async () => (await customOf(path))[field.name] === value);
    await until(`/contacts/${contact.id}`, ofContact, 'Before');
    await until(`/opportunities/${deal.id}`, ofDeal, 'Old');
    await call('PATCH', `/accounts/${account.id}`, { name: 'After' });
    await call('PATCH', `/products/${product.id}`, { name: 'New' });
    await until(`/contacts/${contact.id}`, ofContact, 'After');
    await until(`/opportunities/${deal.id}`, ofDeal, 'New');
    const other = await create('accounts', { name: 'Other' });
    await call('PUT', `/accounts/${other.id}/contacts/${contact.id}`, {});
    await call('DELETE', `/accounts/${account.id}/contacts/${contact.id}`);
    await until(`/contacts/${contact.id}`, ofContact, 'Other');
  });

  test.each<[object, string, string]>([
    [{ formula: 'employes + 1' }, '/formula', 'formulaUnknownName'],
    [{ formula: 'name + 1' }, '/formula', 'formulaWrongType'],
    [{ formula: 'employees +' }, '/formula', 'formulaSyntax'],
    [{ formula: 'parent' }, '/formula', 'formulaWrongType'],
    [{ formula: 'name.matches("(a+)+$")' }, '/formula', 'formulaNotAllowed'],
    [{ formula: 'today()' }, '/formula', 'formulaNotAllowed'],
    [{ formula: 'name', valueType: 'number' }, '/valueType', 'valueTypeMismatch'],
    [{ formula: 'name', required: true }, '/required', 'settingNotForType'],
    [{}, '/formula', 'required'],
  ])('%j is refused with its position', async (more, pointer, code) => {
    const { status, body } = await define('formula', more);
    expect([status, body.errors[0].pointer, body.errors[0].code]).toEqual([422, pointer, code]);
    if (pointer === '/formula' && 'formula' in more)
      expect(body.errors[0].params).toMatchObject({ start: expect.any(Number), end: expect.any(Number) });
  });

  test('is refused if fields would be made of each other, also over other objects', async () => {
    const { body: one } = await define('formula', { formula: 'employees + 1' });
    const { body: two } = await define('formula', { formula: `${one.key} + 1` });
    const circle = await call('PATCH', `/custom-fields/${one.id}`, { formula: `${two.key} + 1` });
    expect(circle.body.errors).toMatchObject([
      { pointer: '/formula', code: 'computedCircle', params: { path: [one.label, two.label, one.label] } },
    ]);
    expect(
      (await call('PATCH', `/custom-fields/${one.id}`, { formula: `parent.${one.key} + 1` })).body.errors[0]
        .code,
    ).toBe('computedCircle');
    const used = await call('DELETE', `/custom-fields/${one.id}`);
    expect([used.status, used.body.uses?.map((u: any) => u.name) ?? used.body.detail]).toEqual([
      409,
      expect.anything(),
    ]);
  });

  test('is tried on records under the rights of whoever tries it', async () => {
    const { id } = await create('accounts', { name: 'Secretive', employees: 3, annualRevenue: '99.00' });
    const body = { object: 'account', formula: 'annualRevenue / employees', ids: [id] };
    const all = await call('POST', '/custom-fields/formula/preview', body);
    expect(all.body).toMatchObject({ type: 'number', data: [{ id, name: 'Secretive', value: '33' }] });
    const role = await people.role({
      permissions: [{ object: 'account', action: 'read', scope: 'all' }],
      system: ['manageFields'],
      fields: [
        { object: 'account', field: '*', access: 'view' },
        { object: 'account', field: 'annualRevenue', access: 'mask' },
      ],
    });
    const colleague = await people.colleague([role]);
    await people.settle();
    const masked = await call('POST', '/custom-fields/formula/preview', body, colleague.token);
    expect(masked.status, JSON.stringify(masked.body)).toBe(200);
    expect(masked.body.data).toEqual([{ id, name: 'Secretive', value: null, withheld: true }]);
    const zero = { ...body, formula: 'employees / 0' };
    expect((await call('POST', '/custom-fields/formula/preview', zero)).body.data[0].problem.code).toBe(
      'formulaDivisionByZero',
    );
    const none = await call('POST', '/custom-fields/formula/preview', { object: 'nothing', formula: '1' });
    expect(none.status).toBe(404);
  });
});

describe('a roll-up', () => {
  test('counts contacts of an account, and says what it counts', async () => {
    const account = await create('accounts', { name: 'Parent' });
    await create('accounts', { name: 'Child', parent: account.id, employees: 5 });
    const rollup = { object: 'account', field: 'parent', fn: 'sum', of: 'employees' };
    const { status, body: field } = await define('rollup', { rollup });
    expect(status, JSON.stringify(field)).toBe(201);
    expect(field).toMatchObject({ type: 'rollup', valueType: 'number', rollup });
    await eventually(async () => (await customOf(`/accounts/${account.id}`))[field.name] === 5);
    const other = await create('accounts', { name: 'Other', parent: account.id, employees: 2 });
    await eventually(async () => (await customOf(`/accounts/${account.id}`))[field.name] === 7);
    await call('DELETE', `/accounts/${other.id}`);
    await eventually(async () => (await customOf(`/accounts/${account.id}`))[field.name] === 5);
    const source = await call(
      'GET',
      `/access/value-source?object=account&record=${account.id}&field=${field.key}`,
    );
    expect(source.body).toMatchObject({ kind: 'rollup', rollup: { ...rollup, records: 1 } });
  });

  test('of amounts in the base currency can be changed', async () => {
    const rollup = { object: 'account', field: 'parent', fn: 'sum', of: 'annualRevenue' };
    const { body: field } = await define('rollup', { rollup });
    const changed = await call('PATCH', `/custom-fields/${field.id}`, { rollup: { ...rollup, fn: 'max' } });
    expect(changed.status, JSON.stringify(changed.body)).toBe(200);
    expect(changed.body).toMatchObject({ valueType: 'money', rollup: { fn: 'max' } });
  });

  test.each<[object, string, string]>([
    [{ object: 'nothing', field: 'parent', fn: 'count' }, '/rollup/object', 'unknownObject'],
    [{ object: 'contact', field: 'email', fn: 'count' }, '/rollup/field', 'noReferenceBack'],
    [{ object: 'account', field: 'parent', fn: 'sum', of: 'name' }, '/rollup/of', 'notForRollup'],
    [{ object: 'account', field: 'parent', fn: 'count', of: 'name' }, '/rollup/of', 'notForCount'],
    [
      { object: 'account', field: 'parent', fn: 'count', filter: { field: 'createdAt', op: 'today' } },
      '/rollup/filter',
      'unknown_field',
    ],
  ])('%j is refused', async (rollup, pointer, code) => {
    const { status, body } = await define('rollup', { rollup });
    expect([status, body.errors[0].pointer, body.errors[0].code]).toEqual([422, pointer, code]);
  });
});

test('an auto-number numbers the records that are there first, and every new one', async () => {
  const old = await create('tags', { name: `Old ${Date.now()}` });
  const { status, body: field } = await define(
    'autoNumber',
    { autoNumber: { prefix: 'T-', digits: 3 } },
    'tag',
  );
  expect(status, JSON.stringify(field)).toBe(201);
  const made = await create('tags', { name: `New ${Date.now()}` });
  expect(made.custom[field.name]).toMatch(/^T-\d{3}$/);
  await eventually(async () => ((await customOf(`/tags/${old.id}`))[field.name] ?? null) !== null);
  const first = (await customOf(`/tags/${old.id}`))[field.name];
  expect(Number(first.slice(2))).toBeLessThan(Number(made.custom[field.name].slice(2)));
});
