import { beforeAll, expect, test } from 'vitest';
import {
  type ApiAnswer,
  registerCompany,
  sharedApi,
  type TestApi,
  type TestCompany,
} from './testing/api-process.js';
import { multipart } from './testing/seeded-world.js';

/* Names that every JavaScript object has must be as unknown as any other name that nothing has. */

const UNKNOWN = 'noSuchName';
const INHERITED = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
];

let api: TestApi;
let company: TestCompany;
let account: string;
let role: string;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
  account = (await call('POST', '/accounts', { name: 'Acme' })).body.id;
  role = (await call('POST', '/roles', { name: 'Role' })).body.id;
});

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: company.token, body });
const query = (given: object) => encodeURIComponent(JSON.stringify(given));
/** An object with a member of its own by the name, also by that of the prototype. */
const withMember = (name: string, value: unknown, more: object = {}): object =>
  JSON.parse(
    JSON.stringify(more).replace(
      /\{/,
      `{${JSON.stringify(name)}:${JSON.stringify(value)}${Object.keys(more).length ? ',' : ''}`,
    ),
  );

type Ask = (name: string) => Promise<ApiAnswer>;
const filtered = (filter: object) => call('POST', '/accounts/query', { filter });
const asks: Record<string, Ask> = {
  'a field of a new record': (name) => call('POST', '/accounts', withMember(name, 'x', { name: 'New' })),
  'a field of a changed record': (name) => call('PATCH', `/accounts/${account}`, withMember(name, { a: 1 })),
  'a custom field': (name) =>
    call('PATCH', `/accounts/${account}`, { custom: withMember(name, { polluted: 'yes' }) }),
  'a member of a line': (name) =>
    call('POST', '/opportunities', { name: 'Deal', lines: [withMember(name, 'x')] }),
  'a field of a filter': (name) => filtered({ field: name, op: 'eq', value: 'x' }),
  'a custom field of a filter': (name) => filtered({ field: `custom.${name}`, op: 'eq', value: 'x' }),
  'a path of a filter': (name) => filtered({ field: `owner.${name}`, op: 'eq', value: 'x' }),
  'the start of a path': (name) => filtered({ field: `${name}.name`, op: 'eq', value: 'x' }),
  'an operator of a filter': (name) => filtered({ field: 'name', op: name, value: 'x' }),
  'a relative date of a filter': (name) => filtered({ field: 'createdAt', op: 'within', value: name }),
  'a member of a condition': (name) =>
    filtered(withMember(name, [], { field: 'name', op: 'eq', value: 'x' })),
  'a filter in the address': (name) =>
    call('GET', `/accounts?filter=${query({ field: name, op: 'eq', value: 'x' })}`),
  'a sort key': (name) => call('GET', `/accounts?sort=${name}`),
  'a path of a sort key': (name) => call('GET', `/accounts?sort=-owner.${name}`),
  'a chosen field': (name) => call('GET', `/accounts?fields=name,${name}`),
  'a chosen field of one record': (name) => call('GET', `/accounts/${account}?fields=${name}`),
  'a group': (name) =>
    call('POST', '/accounts/aggregate', { groupBy: [{ field: name }], measures: [{ fn: 'count' }] }),
  'a bucket': (name) =>
    call('POST', '/accounts/aggregate', {
      groupBy: [{ field: 'createdAt', bucket: name }],
      measures: [{ fn: 'count' }],
    }),
  'a measured field': (name) =>
    call('POST', '/accounts/aggregate', { measures: [{ fn: 'sum', field: name }] }),
  'a measure': (name) =>
    call('POST', '/accounts/aggregate', { measures: [{ fn: name, field: 'annualRevenue' }] }),
  'a bulk action': (name) => call('POST', '/accounts/bulk', { action: name, ids: [account] }),
  'a value of bulk work': (name) =>
    call('POST', '/accounts/bulk', { action: 'update', ids: [account], changes: withMember(name, 'x') }),
  'a row of bulk work': (name) =>
    call('POST', '/accounts/bulk', { action: 'update', rows: [withMember(name, 'x', { id: account })] }),
  'the filter of bulk work': (name) =>
    call('POST', '/accounts/bulk', {
      action: 'update',
      filter: { field: name, op: 'eq', value: 'x' },
      changes: { name: 'x' },
    }),
  'an object': (name) => call('GET', `/objects/${name}`),
  'the path of an object': (name) => call('GET', `/${name}`),
  'the field of a role': (name) =>
    call('PATCH', `/roles/${role}`, { fields: [{ object: 'account', field: name, access: 'hidden' }] }),
  'the custom field of a role': (name) =>
    call('PATCH', `/roles/${role}`, {
      fields: [{ object: 'account', field: `custom.${name}`, access: 'hidden' }],
    }),
  'the access of a role to a field': (name) =>
    call('PATCH', `/roles/${role}`, { fields: [{ object: 'account', field: 'name', access: name }] }),
  'the object of a role': (name) =>
    call('PATCH', `/roles/${role}`, { permissions: [{ object: name, action: 'read', scope: 'all' }] }),
  'the action of a role': (name) =>
    call('PATCH', `/roles/${role}`, { permissions: [{ object: 'account', action: name, scope: 'all' }] }),
  'the scope of a role': (name) =>
    call('PATCH', `/roles/${role}`, { permissions: [{ object: 'account', action: 'read', scope: name }] }),
  'a system right of a role': (name) => call('PATCH', `/roles/${role}`, { system: [name] }),
  'the condition of a role': (name) =>
    call('PATCH', `/roles/${role}`, {
      permissions: [
        {
          object: 'account',
          action: 'read',
          scope: 'all',
          condition: { field: name, op: 'eq', value: 'x' },
        },
      ],
    }),
  'the preset of a role': (name) =>
    call('PATCH', `/roles/${role}`, {
      permissions: [{ object: 'account', action: 'create', scope: 'all', presets: withMember(name, 'x') }],
    }),
  'the fields of a preview of a role': (name) =>
    call('POST', `/roles/${role}/preview`, { fields: [{ object: 'account', field: name, access: 'mask' }] }),
  'a shared object': (name) =>
    call('POST', '/shares', {
      object: name,
      record: account,
      grantee: { kind: 'member', id: company.memberId },
      access: 'read',
    }),
  'a revealed field': (name) =>
    call('POST', `/accounts/${account}/reveal`, { field: name, reason: 'to see whether it is there' }),
  'the action of an explanation': (name) =>
    call('GET', `/access/explain?subject=${company.memberId}&object=account&action=${name}`),
  'the field of an explanation': (name) =>
    call('GET', `/access/explain?subject=${company.memberId}&object=account&action=read&field=${name}`),
  'the object of an explanation': (name) =>
    call('GET', `/access/explain?subject=${company.memberId}&object=${name}&action=read`),
  'the object of rights': (name) => call('GET', `/access/rights?object=${name}`),
  'the object of who sees': (name) => call('GET', `/access/who?object=${name}&record=${account}`),
  'the field of who sees': (name) =>
    call('GET', `/access/who?object=account&record=${account}&field=${name}`),
  'a masked field': (name) => call('PUT', `/masking-rules/account/${name}`, { strategy: 'redact' }),
  'the object of a masked field': (name) =>
    call('PUT', `/masking-rules/${name}/name`, { strategy: 'redact' }),
  'the strategy of a masked field': (name) => call('PUT', '/masking-rules/account/name', { strategy: name }),
  'a field of a preview of masking': (name) =>
    call('POST', '/masking-rules/preview', {
      object: 'account',
      rules: [{ field: name, strategy: 'redact' }],
      fields: [name],
    }),
  'the object of the masking log': (name) => call('GET', `/masking-log?object=${name}`),
  'the field of the masking log': (name) => call('GET', `/masking-log?object=account&field=${name}`),
  'the object of the audit log': (name) => call('GET', `/audit?object=${name}`),
  'the field of the audit log': (name) => call('GET', `/audit?object=account&field=${name}`),
  'the action of the audit log': (name) => call('GET', `/audit?action=${name}`),
  'the object of an erasure': (name) =>
    call('POST', '/audit/erasures', { object: name, record: account, reason: 'asked by the person' }),
  'the object of an import': (name) => importing({ object: name }),
  'the mode of an import': (name) => importing({ mode: name }),
  'a column of an import': (name) => importing({ mapping: withMember(name, 'name') }),
  'a mapped field of an import': (name) => importing({ mapping: { name } }),
  'a field to match by': (name) => importing({ mode: 'upsert', matchBy: [name] }),
  'the lines of an import': (name) => importing({ lines: withMember(name, { mode: 'add' }) }),
  'the references of an import': (name) => importing({ references: withMember(name, { by: 'name' }) }),
  'the field by which an import finds references': (name) =>
    importing({ mapping: { name: 'owner' }, references: { name: { by: name } } }),
  'the encoding of an import': (name) => importing({ encoding: name }),
  'the delimiter of an import': (name) => importing({ delimiter: name }),
  'the order of dates of an import': (name) => importing({ dateOrder: name }),
  'the decimal mark of an import': (name) => importing({ decimalMark: name }),
  'the kind of failed jobs': (name) => call('GET', `/dead-letters?kind=${name}`),
  'the source of failed jobs': (name) => call('GET', `/dead-letters?source=${name}`),
};

/** Asks for a preview of an import of a file with one column. */
function importing(options: object): Promise<ApiAnswer> {
  const given = { object: 'account', mode: 'create', mapping: { name: 'name' }, ...options };
  const form = multipart({ options: JSON.stringify(given) }, 'file.csv', 'name\nAcme\n');
  return api.call('POST', '/imports/preview', { token: company.token, ...form });
}

/** What an answer says, without what differs between any two requests. */
const told = ({ status, body }: ApiAnswer, name: string): [status: number, text: string] => {
  const text = JSON.stringify(body ?? null)
    .replaceAll(name, UNKNOWN)
    .replace(/"correlationId":"[^"]*"/g, '')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');
  return [status, text];
};

test.each(Object.keys(asks))('%s has no name that every object has', async (what) => {
  const expected = told(await asks[what]!(UNKNOWN), UNKNOWN);
  expect(expected[0], expected[1]).toBeLessThan(500);
  for (const name of INHERITED) {
    const answer = await asks[what]!(name);
    // No body may have such a member, and no key of a field starts like this.
    if (name.startsWith('__') && [400, 422].includes(answer.status)) continue;
    expect(told(answer, name), name).toEqual(expected);
  }
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('columns of a file may have such names', async () => {
  const names = [...INHERITED, 'Industry'];
  const inspected = await api.call('POST', '/imports/inspect', {
    token: company.token,
    ...multipart({ options: '{"object":"account"}' }, 'file.csv', `${names.join(',')}\n${names.join(',')}\n`),
  });
  expect(inspected.body.columns.map((c: any) => [c.name, c.suggestedField ?? null])).toEqual(
    // Options have columns as members, which none can be that is called `__proto__`.
    names.map((name) => [
      name === '__proto__' ? `${name} (2)` : name,
      name === 'Industry' ? 'industry' : null,
    ]),
  );
});
