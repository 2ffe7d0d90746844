import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccessDirectory } from '../../access/index.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';

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
  seats: ['number', { scale: 2 }, 12.5],
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
    expect(changed.custom).toEqual({ ...VALUES, seats: 3 });
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
    expect(data).toMatchObject([{ name: 'Listed', custom: { seats: 77 } }]);
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
      'custom.seats': { before: 1, after: 2 },
      'custom.fax': { before: '+49 30 1', after: null },
    });
    const past = (await call('GET', `/accounts/${id}/as-of?version=1`)).body;
    expect(past.custom).toMatchObject({ seats: 1, fax: '+49 30 1' });
    const back = await call('POST', `/accounts/${id}/restore-version`, { version: 1 });
    expect(back.body.custom).toMatchObject({ seats: 1, fax: '+49 30 1' });
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
    expect((await call('GET', `/accounts/${id}`)).body.custom).toMatchObject({ era: 'bronze', seats: 5 });
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

describe('rights', () => {
  /** Runs the function as somebody whose only role has these field rules. */
  async function withRules<T>(company: EngineTenant, fields: object[], fn: () => Promise<T>): Promise<T> {
    const wear = async (permissions: unknown, system: string[], rules: unknown) => {
      await engine.admin.query(
        'update role set permissions = $2, system = $3, fields = $4 where tenant_id = $1',
        [company.id, JSON.stringify(permissions), system, JSON.stringify(rules)],
      );
      engine.app.get(AccessDirectory).forget(company.id);
    };
    await wear([{ object: '*', action: '*', scope: 'all' }], [], fields);
    try {
      return await fn();
    } finally {
      await wear([{ object: '*', action: '*', scope: 'all' }], ['*'], []);
    }
  }

  it('hide and mask fields that a company added, in every answer', async () => {
    const company = await engine.tenant('Rights');
    const ask = (method: string, url: string, body?: unknown) => engine.call(company, method, url, body);
    const add = (name: string, type: any, settings: object = {}) =>
      engine.defineField(company, { object: 'account', name, type, settings });
    await add('secretCode', 'text', { searchable: true, isIndexed: true });
    await add('contact', 'email', { searchable: true });
    await add('size', 'number');
    const custom = { secretCode: 'Zauberwort', contact: 'anna@example.com', size: 7 };
    const { id } = (await ask('POST', '/accounts', { name: 'One', custom })).body;
    expect((await ask('GET', '/accounts?q=zauber')).body.data).toHaveLength(1);

    const rules = [
      { object: 'account', field: 'custom.secretCode', access: 'hidden' },
      { object: 'account', field: 'custom.contact', access: 'mask' },
      { object: 'account', field: 'custom.size', access: 'view' },
    ];
    await withRules(company, rules, async () => {
      const shown = (await ask('GET', `/accounts/${id}`)).body;
      expect(shown.custom).toEqual({ contact: expect.stringContaining('•'), size: 7 });
      expect(shown.meta.access).toEqual({ 'custom.secretCode': 'hidden', 'custom.contact': 'mask' });
      const list = (await ask('GET', '/accounts')).body;
      expect(list.data[0].custom).toEqual(shown.custom);
      expect(list.meta.access).toEqual(shown.meta.access);
      expect(JSON.stringify((await ask('GET', `/accounts/${id}/history`)).body)).not.toMatch(
        /Zauberwort|anna/,
      );
      for (const q of ['zauber', 'anna', 'example'])
        expect((await ask('GET', `/accounts?q=${q}`)).body.data).toEqual([]);
      expect((await ask('GET', '/accounts?q=one')).body.data).toHaveLength(1);
      for (const field of ['custom.secretCode', 'custom.contact']) {
        const filter = encodeURIComponent(JSON.stringify({ field, op: 'contains', value: 'a' }));
        expect((await ask('GET', `/accounts?filter=${filter}`)).status).toBe(422);
        expect((await ask('GET', `/accounts?sort=${field}`)).status).toBe(422);
      }
      const refused = await ask('PATCH', `/accounts/${id}`, { custom: { secretCode: 'x', size: 8 } });
      expect(codesOf(refused.body)).toEqual({
        '/custom/secretCode': 'fieldNotWritable',
        '/custom/size': 'fieldNotWritable',
      });
      // What was read may be sent back.
      expect((await ask('PATCH', `/accounts/${id}`, { custom: shown.custom })).status).toBe(200);
      expect((await ask('GET', '/objects/account')).body.fields.map((f: any) => f.key)).not.toContain(
        'custom.secretCode',
      );
    });
    // A role that sees only some searchable texts finds by those.
    await withRules(company, [rules[1]!], async () => {
      expect((await ask('GET', '/accounts?q=zauber')).body.data).toHaveLength(1);
      expect((await ask('GET', '/accounts?q=anna')).body.data).toEqual([]);
    });
  });

  it('keep the values of an encrypted field out of the table and its index, and still find them', async () => {
    const company = await engine.tenant('Encrypted');
    const ask = (method: string, url: string, body?: unknown) => engine.call(company, method, url, body);
    const id = await engine.defineField(company, {
      object: 'account',
      name: 'iban',
      type: 'text',
      settings: { isUnique: true },
    });
    await engine.admin.query(
      `insert into field_protection (tenant_id, object, field, kind, state, key_ids, started_at)
       values ($1, 'account', 'custom.iban', 'encryption', 'encrypted', '{k1}', now() - interval '1 hour')`,
      [company.id],
    );
    engine.app.get(AccessDirectory).forget(company.id);
    const custom = { iban: 'DE89 3704 0044' };
    const made = await ask('POST', '/accounts', { name: 'Bank', custom });
    expect(made.body.custom).toEqual(custom);
    const stored = await engine.admin.query(
      `select a.custom::text || i.text_value || a.search_norm as text from account a
         join custom_index i on i.record_id = a.id and i.field_id = $2 where a.tenant_id = $1`,
      [company.id, id],
    );
    expect(stored.rows).toHaveLength(1);
    expect(stored.rows[0].text).not.toMatch(/3704|de89/i);
    const filter = (op: string, value: string) =>
      encodeURIComponent(JSON.stringify({ field: 'custom.iban', op, value }));
    expect((await ask('GET', `/accounts?filter=${filter('eq', 'de89 3704 0044')}`)).body.data).toHaveLength(
      1,
    );
    expect((await ask('GET', `/accounts?filter=${filter('contains', '3704')}`)).status).toBe(400);
    expect(codesOf((await ask('POST', '/accounts', { name: 'Copy', custom })).body)).toEqual({
      '/custom/iban': 'notUnique',
    });
  });
});
