import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { RecordErasure } from './record-erasure.js';

let engine: EngineApp;
let tenant: EngineTenant;

beforeAll(async () => {
  engine = await startEngine();
  tenant = await engine.tenant();
});
afterAll(() => engine.close());

const call = (method: string, url: string, body?: unknown, headers?: Record<string, string>) =>
  engine.call(tenant, method, url, body, headers);
const create = async (values: Record<string, unknown>) => {
  const { status, body } = await call('POST', '/accounts', values);
  expect(body.errors ?? body.detail).toBeUndefined();
  expect(status).toBe(201);
  return body;
};
const define = (name: string, type: any, settings: object = {}, more: object = {}) =>
  engine.defineField(tenant, { object: 'account', name, type, settings, ...more });
const codesOf = (body: any) => Object.fromEntries((body.errors ?? []).map((e: any) => [e.pointer, e.code]));

/** One field of each type that a company can add, with a value as it is sent and shown. */
const FIELDS = {
  motto: ['text', {}, 'Höher hinaus'],
  notes: ['longText', {}, 'First line\nSecond line'],
  seats: ['number', { scale: 2 }, '12.5'],
  rent: ['money', { currency: 'JPY' }, '1500'],
  isKey: ['boolean', {}, true],
  founded: ['date', {}, '1999-12-31'],
  visited: ['datetime', {}, '2026-03-31T09:00:00.000Z'],
  tier: [
    'select',
    {
      options: [
        { value: 'A', label: 'Alpha' },
        { value: 'B', label: 'Beta' },
      ],
    },
    'A',
  ],
  colours: [
    'multiSelect',
    { options: ['red', 'blue'].map((value) => ({ value, label: value })) },
    ['blue', 'red'],
  ],
  billing: ['email', {}, 'billing@example.com'],
  fax: ['phone', {}, '+49 30 1234567'],
  shop: ['url', {}, 'https://shop.example.com'],
} as const;
const VALUES = Object.fromEntries(Object.entries(FIELDS).map(([name, [, , value]]) => [name, value]));
const EMPTY = Object.fromEntries(
  Object.entries(VALUES).map(([name, value]) => [name, Array.isArray(value) ? [] : null]),
);

describe('fields that a company added', () => {
  beforeAll(async () => {
    for (const [name, [type, settings]] of Object.entries(FIELDS)) await define(name, type, settings);
  });

  it('are written, read, changed and cleared by name in "custom", one by one', async () => {
    const made = await create({ name: 'Full', custom: VALUES });
    expect(made.custom).toEqual(VALUES);
    expect((await call('GET', `/accounts/${made.id}`)).body).toEqual(made);
    expect((await create({ name: 'Empty' })).custom).toEqual(EMPTY);

    const changed = (await call('PATCH', `/accounts/${made.id}`, { custom: { seats: 3 } })).body;
    expect(changed.custom).toEqual({ ...VALUES, seats: '3' });
    const cleared = (await call('PATCH', `/accounts/${made.id}`, { custom: { ...EMPTY, motto: 'Kept' } }))
      .body;
    expect(cleared.custom).toEqual({ ...EMPTY, motto: 'Kept' });
    expect(cleared.version).toBe(3);
    const same = await call('PATCH', `/accounts/${made.id}`, { custom: { motto: 'Kept' } });
    expect(same.body.version).toBe(3);
  });

  it('names each wrong value and each unknown name by its place', async () => {
    const { status, body } = await call('POST', '/accounts', {
      name: 'Wrong',
      custom: { seats: 1.234, tier: 'C', founded: 'yesterday', rent: '1.5', nothing: 1, ['__proto__x']: 2 },
    });
    expect(status).toBe(422);
    expect(codesOf(body)).toEqual({
      '/custom/seats': 'tooPrecise',
      '/custom/tier': 'notAnOption',
      '/custom/founded': 'wrongType',
      '/custom/nothing': 'unknownField',
      '/custom/__proto__x': 'unknownField',
    });
    const decimals = await call('POST', '/accounts', { name: 'Yen', custom: { rent: '1.5' } });
    expect(codesOf(decimals.body)).toEqual({ '/custom/rent': 'tooPrecise' });
    const list = await call('POST', '/accounts', { name: 'List', custom: [1] });
    expect(codesOf(list.body)).toEqual({ '/custom': 'wrongType' });
  });

  it('refuse a missing required value', async () => {
    const own = await engine.tenant('Required');
    await engine.defineField(own, {
      object: 'account',
      name: 'code',
      type: 'text',
      settings: { required: true },
    });
    const refused = await engine.call(own, 'POST', '/accounts', { name: 'Without' });
    expect(codesOf(refused.body)).toEqual({ '/custom/code': 'required' });
  });

  it('cannot be given both by key and in "custom"', async () => {
    const { status, body } = await call('POST', '/accounts', {
      name: 'Twice',
      'custom.motto': 'One',
      custom: { motto: 'Two' },
    });
    expect(status).toBe(422);
    expect(codesOf(body)).toEqual({ '/custom/motto': 'fieldGivenTwice' });
  });

  it('refuse a text that is too long for the index of its field, and name the field', async () => {
    await define('page', 'url', { isIndexed: true });
    // Index entries are compressed, so that only texts without repetitions are too long.
    const text = Array.from({ length: 1_900 }, (_, n) =>
      String.fromCodePoint(0x4e00 + ((n * 7919) % 20_000)),
    );
    const page = `https://example.com/${text.join('')}`;
    const refused = await call('POST', '/accounts', { name: 'Long', custom: { page } });
    expect(codesOf(refused.body)).toEqual({ '/custom/page': 'tooLongForIndex' });
    await create({ name: 'Fits', custom: { page: page.slice(0, 880) } });
  });

  it('appear in the description, in lists and their fields, and not for another company', async () => {
    const described = (await call('GET', '/objects/account')).body.fields;
    const keys = described.map((f: any) => f.key);
    for (const name of Object.keys(FIELDS)) expect(keys).toContain(`custom.${name}`);
    expect(described.find((f: any) => f.key === 'custom.rent')).toMatchObject({
      type: 'money',
      currency: 'JPY',
    });
    await create({ name: 'Listed', custom: { seats: 77 } });
    const filter = encodeURIComponent(JSON.stringify({ field: 'custom.seats', op: 'eq', value: 77 }));
    const { data } = (await call('GET', `/accounts?filter=${filter}&fields=name,custom.seats`)).body;
    expect(data).toMatchObject([{ name: 'Listed', custom: { seats: '77' } }]);
    expect(Object.keys(data[0].custom)).toEqual(['seats']);

    const other = await engine.tenant('Other');
    expect((await engine.call(other, 'POST', '/accounts', { name: 'Theirs' })).body.custom).toEqual({});
    const refused = await engine.call(other, 'GET', `/accounts?filter=${filter}`);
    expect(refused.status).toBe(400);
  });

  it('are in the history, and as they were at a version', async () => {
    const { id } = await create({ name: 'Past', custom: { seats: 1, fax: '+49 30 1' } });
    await call('PATCH', `/accounts/${id}`, { custom: { seats: 2, fax: null } });
    const [last] = (await call('GET', `/accounts/${id}/history`)).body.data;
    expect(last.changes).toEqual({
      'custom.seats': { before: '1', after: '2' },
      'custom.fax': { before: '+49 30 1', after: null },
    });
    const past = (await call('GET', `/accounts/${id}/as-of?version=1`)).body;
    expect(past.custom).toMatchObject({ seats: '1', fax: '+49 30 1' });
    const back = await call('POST', `/accounts/${id}/restore-version`, { version: 1 });
    expect(back.body.custom).toMatchObject({ seats: '1', fax: '+49 30 1' });
  });

  it('keep their values while their definition is deleted', async () => {
    await define('era', 'text');
    const { id } = await create({ name: 'Restored', custom: { era: 'bronze' } });
    await define('era', 'text', {}, { isDeleted: true });
    const without = await call('PATCH', `/accounts/${id}`, { name: 'Renamed', custom: { seats: 5 } });
    expect(without.body.custom).not.toHaveProperty('era');
    const entries = (await call('GET', `/accounts/${id}/history`)).body.data;
    expect(entries.at(-1).changes['custom.era']).toEqual({ after: 'bronze' });
    await define('era', 'text');
    expect((await call('GET', `/accounts/${id}`)).body.custom).toMatchObject({ era: 'bronze', seats: '5' });
  });

  it('lose their personal values when a person is erased while their definition is deleted', async () => {
    const fieldId = await define('alias', 'text', { pii: 'personal', isIndexed: true });
    const { id } = await create({ name: 'Erased', custom: { alias: 'Nightingale', seats: 5 } });
    await define('alias', 'text', { pii: 'personal', isIndexed: true }, { isDeleted: true });
    await engine.as(tenant, () => engine.app.get(RecordErasure).erase('account', id, 'asked for'));
    await define('alias', 'text', { pii: 'personal', isIndexed: true });
    expect((await call('GET', `/accounts/${id}`)).body.custom).toMatchObject({ alias: null, seats: '5' });
    const copies = await engine.admin.query('select from custom_index where field_id = $1', [fieldId]);
    expect(copies.rowCount).toBe(0);
  });
});

describe('references that a company added', () => {
  it('carry names, lead to other records, and are settled when those are deleted', async () => {
    await define('partner', 'reference', { references: 'account' });
    const partner = await create({ name: 'Partner', city: 'Bonn' });
    const { id, custom } = await create({ name: 'Client', custom: { partner: partner.id } });
    expect(custom.partner).toEqual({ id: partner.id, name: 'Partner' });
    const filter = (field: string, value: string) =>
      encodeURIComponent(JSON.stringify({ field, op: 'eq', value }));
    for (const [field, value] of [
      ['custom.partner', partner.id],
      ['custom.partner.city', 'bonn'],
    ] as const) {
      const { data } = (await call('GET', `/accounts?filter=${filter(field, value)}`)).body;
      expect(data.map((r: any) => r.id)).toEqual([id]);
    }
    const missing = await call('POST', '/accounts', {
      name: 'Lost',
      custom: { partner: '0190a0a0-0000-7000-8000-000000000000' },
    });
    expect(codesOf(missing.body)).toEqual({ '/custom/partner': 'referenceMissing' });

    expect((await call('DELETE', `/accounts/${partner.id}`)).status).toBe(409);
    expect((await call('DELETE', `/accounts/${partner.id}?referrers=unlink`)).status).toBe(204);
    expect((await call('GET', `/accounts/${id}`)).body.custom.partner).toBeNull();
    await call('POST', `/accounts/${partner.id}/restore`);
    expect((await call('GET', `/accounts/${id}`)).body.custom.partner).toEqual({
      id: partner.id,
      name: 'Partner',
    });
  });
});

describe('unique fields', () => {
  it('are those of types whose values tell records apart', async () => {
    const own = await engine.tenant('Unique types');
    const options = ['A', 'B'].map((value) => ({ value, label: value }));
    const { id: partner } = (await engine.call(own, 'POST', '/accounts', { name: 'Partner' })).body;
    const unique = Object.entries({ ...FIELDS, partner: ['reference', { references: 'account' }, partner] });
    for (const [name, [type, settings]] of unique)
      await engine.defineField(own, {
        object: 'account',
        name,
        type: type as any,
        settings: { ...(settings as object), ...(type === 'multiSelect' ? { options } : {}), isUnique: true },
      });
    const refused: string[] = [];
    for (const [name, [type, , value]] of unique) {
      const custom = { [name]: type === 'multiSelect' ? ['A'] : value };
      const first = await engine.call(own, 'POST', '/accounts', { name: 'First', custom });
      expect([name, first.status]).toEqual([name, 201]);
      const second = await engine.call(own, 'POST', '/accounts', { name: 'Second', custom });
      if (second.status !== 201) refused.push(...Object.keys(codesOf(second.body)));
    }
    const telling = ['motto', 'seats', 'rent', 'founded', 'tier', 'billing', 'fax', 'shop', 'partner'];
    expect(refused).toEqual(telling.map((name) => `/custom/${name}`));
  });

  beforeAll(() => define('vat', 'text', { isUnique: true }));
  const refusal = { '/custom/vat': 'notUnique' };

  it('refuse a value that another record has, in any spelling, and name the field', async () => {
    await create({ name: 'Holder', custom: { vat: 'DE 1' } });
    expect(
      codesOf((await call('POST', '/accounts', { name: 'Second', custom: { vat: 'de 1' } })).body),
    ).toEqual(refusal);
    const free = await create({ name: 'Free', custom: { vat: 'DE 2' } });
    expect(
      (await call('PATCH', `/accounts/${free.id}`, { custom: { vat: 'DE 2' }, name: 'Same' })).status,
    ).toBe(200);
    expect(codesOf((await call('PATCH', `/accounts/${free.id}`, { custom: { vat: 'DE 1' } })).body)).toEqual(
      refusal,
    );
  });

  it('give a value to one of several writers at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        call('POST', '/accounts', { name: `W${n}`, custom: { vat: 'RACE' } }),
      ),
    );
    expect(answers.map((a) => a.status).sort()).toEqual([201, 422, 422, 422, 422, 422]);
  });

  it('free the value of a deleted record, which then cannot be restored beside its successor', async () => {
    const first = await create({ name: 'First', custom: { vat: 'DE 7' } });
    await call('DELETE', `/accounts/${first.id}`);
    const second = await create({ name: 'Second', custom: { vat: 'DE 7' } });
    expect(codesOf((await call('POST', `/accounts/${first.id}/restore`)).body)).toEqual(refusal);
    await call('PATCH', `/accounts/${second.id}`, { custom: { vat: null } });
    expect((await call('POST', `/accounts/${first.id}/restore`)).status).toBe(200);
  });

  it('refuse only the second of two rows of a batch', async () => {
    const { body } = await call('POST', '/accounts/bulk', {
      action: 'create',
      rows: [
        { name: 'B1', custom: { vat: 'DE 9' } },
        { name: 'B2', custom: { vat: 'DE 9' } },
        { name: 'B3', custom: { vat: 'DE 10' } },
      ],
    });
    expect(body.results.map((r: any) => r.status)).toEqual(['created', 'failed', 'created']);
    expect(codesOf(body.results[1])).toEqual(refusal);
  });
});
