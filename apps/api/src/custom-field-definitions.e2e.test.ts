import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  registerCompany,
  sharedApi,
  type TestApi,
  type TestCompany,
  testApi,
} from './testing/api-process.js';

/* Adding, changing, deleting and restoring fields of a company. */

let api: TestApi;
let company: TestCompany;

beforeAll(async () => {
  api = await sharedApi();
  company = await registerCompany(api);
});

const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<any> =>
  api.call(method, path, {
    token: company.token,
    ...(body === undefined ? {} : { body }),
    ...(headers ? { headers } : {}),
  });
const codes = (body: any) => (body.errors ?? []).map((e: any) => [e.pointer, e.code]);
let count = 0;
const unused = () => `field${++count}`;
const wish = (more: object = {}) => {
  const name = unused();
  return { object: 'account', name, label: `Label of ${name}`, type: 'text', ...more };
};
const made = async (more: object = {}) => {
  const { status, body } = await call('POST', '/custom-fields', wish(more));
  expect(codes(body)).toEqual([]);
  expect(status).toBe(201);
  return body;
};

describe('a field that an administrator adds', () => {
  test('is in the description and in records at once, and on another replica within a second', async () => {
    const replica = await testApi(api.database, [], api);
    try {
      await replica.call('GET', '/objects/account', { token: company.token });
      const field = await made({ type: 'number', scale: 2, help: 'In metres', labels: { de: 'Höhe' } });
      expect(field).toMatchObject({ key: `custom.${field.name}`, version: 1, scale: 2 });
      const record = { name: 'Tall', custom: { [field.name]: '12.5' } };
      expect((await call('POST', '/accounts', record)).body.custom[field.name]).toBe('12.5');
      await vi.waitUntil(
        async () =>
          (await replica.call('POST', '/accounts', { token: company.token, body: record })).status === 201,
        { timeout: 60_000, interval: 50 },
      );
      const described = (await call('GET', '/objects/account', undefined, { 'accept-language': 'de' })).body;
      expect(described.fields.find((f: any) => f.key === field.key)).toMatchObject({
        label: 'Höhe',
        help: 'In metres',
      });
    } finally {
      await replica.close();
    }
  });

  test('gives new records its default', async () => {
    const field = await made({ type: 'select', options: [{ value: 'A', label: 'Alpha' }], default: 'A' });
    const { body } = await call('POST', '/accounts', { name: 'Plain' });
    expect(body.custom[field.name]).toBe('A');
  });

  test('has amounts in the currency of their record, if records have one', async () => {
    const refused = await call('POST', '/custom-fields', wish({ type: 'money', currency: 'record' }));
    expect(codes(refused.body)).toEqual([['/currency', 'unknownCurrency']]);
    const field = await made({ object: 'opportunity', type: 'money', currency: 'record' });
    const account = (await call('POST', '/accounts', { name: 'Buyer' })).body.id;
    const deal = { name: 'Yen', account, currency: 'JPY' };
    const wrong = await call('POST', '/opportunities', { ...deal, custom: { [field.name]: '1.5' } });
    expect(codes(wrong.body)).toEqual([[`/custom/${field.name}`, 'tooPrecise']]);
    const right = await call('POST', '/opportunities', { ...deal, custom: { [field.name]: '15' } });
    expect(right.body.custom[field.name]).toBe('15');
    const described = (await call('GET', '/objects/opportunity')).body.fields;
    expect(described.find((f: any) => f.key === field.key)).toMatchObject({
      currencyField: 'currency',
      filterable: false,
    });
  });

  test('is counted against the limit, which the headers say', async () => {
    const own = await registerCompany(api);
    const answer = await api.call('POST', '/custom-fields', { token: own.token, body: wish() });
    expect(answer.headers['x-custom-fields-limit']).toBe('200');
    expect(answer.headers['x-custom-fields-remaining']).toBe('199');
  });

  test('is refused, with a pointer and a code, if its definition makes no sense', async () => {
    const option = (value: string) => ({ value, label: value });
    const select = { type: 'select' };
    const is = (field: string, value: unknown) => ({ field, op: 'eq', value });
    const taken = await made({ label: 'Taken label' });
    const cases: [object, unknown[]][] = [
      [{ name: '__proto__' }, [['/name', 'reservedName']]],
      [{ name: 'constructor' }, [['/name', 'reservedName']]],
      [{ name: 'null' }, [['/name', 'reservedName']]],
      [{ name: 'two words' }, [['/name', 'invalidName']]],
      [{ name: taken.name.toUpperCase() }, [['/name', 'nameTaken']]],
      [{ label: 'taken LABEL' }, [['/label', 'labelTaken']]],
      [{ object: 'nothing' }, [['/object', 'unknownObject']]],
      [{ type: 'number', min: 3, max: 2 }, [['/min', 'minAboveMax']]],
      [{ scale: 2 }, [['/scale', 'settingNotForType']]],
      [{ type: 'number', scale: 9 }, [['/scale', 'tooPrecise']]],
      [{ type: 'money', currency: 'EURO' }, [['/currency', 'unknownCurrency']]],
      [select, [['/options', 'optionsMissing']]],
      [
        { ...select, options: Array.from({ length: 300 }, (_, n) => option(`o${n}`)) },
        [['/options', 'tooManyOptions']],
      ],
      [{ ...select, options: [option('a'), option('A')] }, [['/options/1', 'optionTwice']]],
      [{ ...select, options: [option('a')], default: 'b' }, [['/default', 'notAnOption']]],
      [{ type: 'number', default: 1.5 }, [['/default', 'tooPrecise']]],
      [{ type: 'reference' }, [['/references', 'referencesMissing']]],
      [{ type: 'reference', references: 'nothing' }, [['/references', 'unknownObject']]],
      [{ type: 'boolean', unique: true }, [['/unique', 'cannotBeUnique']]],
      [{ type: 'longText', indexed: true }, [['/indexed', 'cannotBeIndexed']]],
      [{ type: 'links', linksTo: ['account', 'nothing'] }, [['/linksTo/1', 'unknownObject']]],
      [{ pattern: '(?=a)b' }, [['/pattern', 'invalidPattern']]],
      [{ pattern: '[' }, [['/pattern', 'invalidPattern']]],
      [{ pattern: '\\d+', default: 'x' }, [['/default', 'patternMismatch']]],
      [{ requiredIf: is('nothing', 'x') }, [['/requiredIf/field', 'unknown_field']]],
      [{ name: 'selfish', visibleIf: is('custom.selfish', 'x') }, [['/visibleIf', 'asksItself']]],
      [{ ...select, options: [option('a')], dependsOn: 'name' }, [['/dependsOn', 'notAChoice']]],
      [
        { ...select, dependsOn: 'industry', options: [{ ...option('a'), for: ['Nothing'] }] },
        [['/options/0/for/0', 'notAnOption']],
      ],
      [
        { ...select, options: [{ ...option('a'), for: ['Retail'] }] },
        [['/options/0/for', 'dependsOnMissing']],
      ],
      [
        { entityOverrides: { [randomUUID()]: { required: true } } },
        [[expect.stringMatching('/entityOverrides/'), 'unknownLegalEntity']],
      ],
      [{ unique: true, default: 'x' }, [['/default', 'defaultNotUnique']]],
    ];
    for (const [more, expected] of cases) {
      const { status, body } = await call('POST', '/custom-fields', wish(more));
      expect([status, codes(body)], JSON.stringify(more)).toEqual([422, expected]);
    }
    const unknown = await call('POST', '/custom-fields', wish({ type: 'picture', colour: 'red' }));
    expect(unknown.status).toBe(422);
  });

  test('is nobody else’s to add, see or delete', async () => {
    const field = await made();
    const other = await registerCompany(api);
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/restore'],
    ]) {
      const body = method === 'PATCH' ? { help: 'x' } : undefined;
      const answer = await api.call(method!, `/custom-fields/${field.id}${path}`, {
        token: other.token,
        body,
      });
      expect(answer.status, method).toBe(404);
    }
  });
});

describe('changing a field', () => {
  test('keeps what is left out, removes what is null, and is an event with both sides', async () => {
    const field = await made({ help: 'Old', section: 'More' });
    const change = { label: 'Renamed field', help: null };
    const { status, body } = await call('PATCH', `/custom-fields/${field.id}`, change);
    expect(status).toBe(200);
    expect(body).toMatchObject({ label: 'Renamed field', section: 'More', version: 2 });
    expect(body).not.toHaveProperty('help');
    const same = await call('PATCH', `/custom-fields/${field.id}`, change);
    expect(same.body.version).toBe(2);
    const log = await call('GET', '/audit?action=customFieldChanged&object=security.customField');
    const event = log.body.data.find((e: any) => e.record.id === field.id);
    expect(event.changes).toMatchObject({
      name: { after: field.name },
      label: { before: field.label, after: 'Renamed field' },
      help: { before: 'Old', after: null },
    });
  });

  test('on an old version is refused with the present one', async () => {
    const field = await made();
    await call('PATCH', `/custom-fields/${field.id}`, { help: 'Theirs' });
    const late = await call('PATCH', `/custom-fields/${field.id}`, { help: 'Mine' }, { 'if-match': '"1"' });
    expect([late.status, late.body.code, late.body.current.help]).toEqual([412, 'versionConflict', 'Theirs']);
  });

  test('cannot touch what its values are stored by, nor take options away', async () => {
    const number = await made({ type: 'number', scale: 1 });
    const scale = await call('PATCH', `/custom-fields/${number.id}`, { scale: 2 });
    expect(codes(scale.body)).toEqual([['/scale', 'fixedSetting']]);
    const select = await made({ type: 'select', options: [{ value: 'a', label: 'A' }] });
    const options = [{ value: 'b', label: 'B' }];
    const gone = await call('PATCH', `/custom-fields/${select.id}`, { options });
    expect(codes(gone.body)).toEqual([['/options', 'optionMissing']]);
  });

  test('orders the fields of an object, if all of them are listed', async () => {
    const [a, b] = [await made({ object: 'lead' }), await made({ object: 'lead' })];
    const order = (ids: string[]) => call('PUT', '/custom-fields/order', { object: 'lead', ids });
    expect(codes((await order([b.id])).body)).toEqual([['/ids', 'incompleteOrder']]);
    const ordered = await order([b.id, a.id]);
    expect(ordered.body.data.map((f: any) => f.id)).toEqual([b.id, a.id]);
    const described = (await call('GET', '/objects/lead')).body.fields.map((f: any) => f.key);
    expect(described.slice(-2)).toEqual([b.key, a.key]);
  });
});

describe('deleting a field', () => {
  test('hides it, keeps its name taken, and restoring brings its values back', async () => {
    const field = await made();
    const record = (await call('POST', '/accounts', { name: 'Kept', custom: { [field.name]: 'value' } }))
      .body;
    expect((await call('DELETE', `/custom-fields/${field.id}`)).status).toBe(204);
    const without = await call('GET', `/accounts/${record.id}`);
    expect(without.body.custom).not.toHaveProperty(field.name);
    const taken = await call('POST', '/custom-fields', wish({ name: field.name }));
    expect(codes(taken.body)).toEqual([['/name', 'nameTaken']]);
    const changed = await call('PATCH', `/custom-fields/${field.id}`, { help: 'x' });
    expect([changed.status, changed.body.code]).toEqual([409, 'deleted']);
    const deleted = (await call('GET', '/custom-fields?object=account&deleted=true')).body.data;
    expect(deleted.find((f: any) => f.id === field.id)).toHaveProperty('restorableUntil');

    const restored = await call('POST', `/custom-fields/${field.id}/restore`);
    expect([restored.status, restored.body.version]).toEqual([200, 3]);
    expect((await call('GET', `/accounts/${record.id}`)).body.custom[field.name]).toBe('value');
    const again = await call('POST', `/custom-fields/${field.id}/restore`);
    expect([again.status, again.body.code]).toEqual([409, 'notDeleted']);
  });
});

describe('limits', () => {
  test.each([
    ['number', { min: 1e300 }, '/min'],
    ['number', { scale: 2, max: 0.001 }, '/max'],
    ['percent', { max: -1e300 }, '/max'],
    ['money', { currency: 'EUR', min: 1e20 }, '/min'],
  ])('of %s fields that no value can have are refused: %j', async (type, limits, at) => {
    const { status, body } = await call('POST', '/custom-fields', wish({ type, ...limits }));
    expect([status, codes(body)]).toEqual([422, [[at, 'limitNotStorable']]]);
    expect(body.errors[0].message).toMatch(/No value of the field can be .+ Choose another limit\.$/);
  });

  test('that values can have are kept', async () => {
    await made({ type: 'number', scale: 2, min: -0.5, max: 99.25 });
    await made({ type: 'money', currency: 'JPY', min: 1, max: 1e9 });
  });

  test('of the form of a definition are named in plain words', async () => {
    const refusal = async (more: object) =>
      (await call('POST', '/custom-fields', wish(more))).body.errors[0].message;
    expect(await refusal({ type: 'number', scale: 101 })).toBe('"scale": must be 100 or less');
    expect(await refusal({ maxLength: 0 })).toBe('"maxLength": must be 1 or more');
    expect(await refusal({ maxLength: 1.5 })).toBe('"maxLength": must be a whole number');
    expect(await refusal({ min: 'ten' })).toBe('"min": must be a number');
    expect(await refusal({ pii: 'very' })).toMatch(/^"pii": must be one of: public, internal/);
    expect(await refusal({ label: undefined })).toBe('"label": is missing; it must be a text');
    expect(await refusal({ linksTo: Array(101).fill('x') })).toBe('"linksTo": must have at most 100 entries');
  });
});

test('a formula that asks for today or now is refused with what to use instead', async () => {
  for (const [formula, message] of [
    ['today()', /can't depend on the date of today/],
    ['now()', /Formulas have no current time\. Compare dates and times of the record\./],
  ] as const)
    for (const [path, body] of [
      ['/custom-fields', wish({ type: 'formula', formula })],
      ['/custom-fields/formula/preview', { object: 'account', formula }],
    ] as const) {
      const answer = await call('POST', path, body);
      expect([path, codes(answer.body)]).toEqual([path, [['/formula', 'formulaNotAllowed']]]);
      expect(answer.body.errors[0].message).toMatch(message);
    }
});
