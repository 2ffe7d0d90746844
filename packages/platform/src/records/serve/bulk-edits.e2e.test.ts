import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';

let engine: EngineApp;
let company: EngineTenant;

beforeAll(async () => {
  engine = await startEngine();
  company = await engine.tenant('Edits');
});
afterAll(() => engine.close());

const ask = (method: string, url: string, body?: unknown, who = company) =>
  engine.call(who, method, url, body);
const create = async (values: object) => (await ask('POST', '/accounts', values)).body.id as string;
const get = async (id: string) => (await ask('GET', `/accounts/${id}`)).body;
const edit = (ids: string[], edits: object[], changes?: object, who = company) =>
  ask('POST', '/accounts/bulk', { action: 'update', ids, edits, ...(changes ? { changes } : {}) }, who);
const version = async (id: string) => (await get(id)).version;

describe('changes of the values that records have', () => {
  it('raise numbers and amounts exactly, and round to the digits of the currency', async () => {
    const one = await create({ name: 'One', annualRevenue: '1000.05', employees: 7 });
    const empty = await create({ name: 'Empty' });
    const edits = [
      { field: 'annualRevenue', do: 'increaseByPercent', percent: '10' },
      { field: 'employees', do: 'increase', by: '-2' },
    ];
    const { body } = await edit([one, empty], edits);
    expect(body.counts).toEqual({ total: 2, updated: 1, unchanged: 1 });
    expect(await get(one)).toMatchObject({ annualRevenue: '1100.06', employees: 5 });
    expect(await get(empty)).toMatchObject({ annualRevenue: null, employees: null });
  });

  it('refuse what the field does not take, row by row', async () => {
    const small = await create({ name: 'Small', employees: 1 });
    const large = await create({ name: 'Large', employees: 10 });
    const { body } = await edit([small, large], [{ field: 'employees', do: 'increase', by: '-5' }]);
    expect(body.counts).toEqual({ total: 2, failed: 1, updated: 1 });
    expect(body.results[0].errors).toMatchObject([{ pointer: '/employees', code: 'belowMinimum' }]);
    expect((await get(large)).employees).toBe(5);
  });

  it('replace text as it is, not as a pattern', async () => {
    const id = await create({ name: 'A.B GmbH', city: 'Aab a.b A.B' });
    await edit([id], [{ field: 'city', do: 'replaceText', find: 'a.b', with: '$&x' }]);
    expect((await get(id)).city).toBe('Aab $&x $&x');
    await edit([id], [{ field: 'name', do: 'replaceText', find: 'gmbh', with: 'AG', matchCase: true }]);
    expect((await get(id)).name).toBe('A.B GmbH');
    const { body } = await edit([id], [{ field: 'name', do: 'replaceText', find: 'A.B GmbH', with: '' }]);
    expect(body.results[0].errors).toMatchObject([{ pointer: '/name', code: 'required' }]);
  });

  it('add to lists and remove from them, and need to find the records that they add', async () => {
    const tags = await Promise.all(
      ['Red', 'Blue', 'Green'].map(async (name) => (await ask('POST', '/tags', { name })).body.id as string),
    );
    const id = await create({ name: 'Tagged', tags: [tags[0]] });
    const idsOf = async () => (await get(id)).tags.map((tag: { id: string }) => tag.id).sort();
    await edit([id], [{ field: 'tags', do: 'add', values: [tags[0], tags[1]] }]);
    expect(await idsOf()).toEqual([tags[0], tags[1]].sort());
    const before = await version(id);
    await edit([id], [{ field: 'tags', do: 'add', values: [tags[1]] }]);
    expect(await version(id)).toBe(before);
    await edit([id], [{ field: 'tags', do: 'remove', values: [tags[0], tags[2]] }]);
    expect(await idsOf()).toEqual([tags[1]]);
    const unknown = '0192a5b0-0000-7000-8000-000000000000';
    const { body } = await edit([id], [{ field: 'tags', do: 'add', values: [unknown] }]);
    expect(body.results[0].errors).toMatchObject([{ pointer: '/tags', code: 'referenceMissing' }]);
  });

  it('name an edit that does not fit its field, an unknown field and a field that is changed twice', async () => {
    const id = await create({ name: 'Bad' });
    const codes = async (edits: object[], changes?: object) => {
      const { status, body } = await edit([id], edits, changes);
      expect(status).toBe(422);
      return body.errors.map((e: any) => [e.pointer, e.code]);
    };
    expect(await codes([{ field: 'name', do: 'increase', by: '1' }])).toEqual([
      ['/edits/0/field', 'editDoesNotFit'],
    ]);
    expect(await codes([{ field: '__proto__', do: 'increase', by: '1' }])).toEqual([
      ['/edits/0/field', 'unknownField'],
    ]);
    const raise = { field: 'employees', do: 'increase', by: '1' };
    expect(await codes([raise, raise])).toEqual([['/edits/1/field', 'fieldGivenTwice']]);
    expect(await codes([raise], { employees: 3 })).toEqual([['/edits/0/field', 'fieldGivenTwice']]);
    const sent = await edit([id], [{ field: 'employees', do: 'increase', by: '1e3' }]);
    expect([sent.status, sent.body.errors[0].pointer]).toEqual([422, '/edits/0/by']);
    const wrong = await ask('POST', '/accounts/bulk', { action: 'delete', ids: [id], edits: [raise] });
    expect([wrong.status, wrong.body.errors[0].code]).toEqual([422, 'onlyForUpdate']);
  });

  it('are refused alike, whatever the value is, for people who are not shown it', async () => {
    const rep = await engine.person(company, {
      permissions: [{ object: '*', action: '*', scope: 'all' }],
      fields: [
        { object: 'account', field: 'city', access: 'mask' },
        { object: 'account', field: 'employees', access: 'view' },
      ],
    });
    const ids = [await create({ name: 'X', city: 'Rome' }), await create({ name: 'Y', city: 'Oslo' })];
    const replace = [{ field: 'city', do: 'replaceText', find: 'Rome', with: 'Roma' }];
    const { results } = (await edit(ids, replace, undefined, rep)).body;
    expect(results[0].errors).toMatchObject([{ pointer: '/city', code: 'valueWithheld' }]);
    expect(results[0].errors).toEqual(results[1].errors);
    const { body } = await edit(ids, [{ field: 'employees', do: 'increase', by: '1' }], undefined, rep);
    expect(body.results[0].errors).toMatchObject([{ pointer: '/employees', code: 'fieldNotWritable' }]);
  });
});

describe('the preview of bulk work', () => {
  it('shows what the work would do and refuse, and does nothing', async () => {
    const good = await create({ name: 'Good', employees: 3 });
    const bad = await create({ name: 'Bad one', employees: 0 });
    const request = {
      action: 'update',
      ids: [good, bad],
      changes: { city: 'Bern' },
      edits: [{ field: 'employees', do: 'increase', by: '-1' }],
    };
    const { status, body } = await ask('POST', '/accounts/bulk/preview', request);
    expect(status).toBe(200);
    expect(body).toEqual({
      total: 2,
      tried: 2,
      counts: { updated: 1, failed: 1 },
      sample: [
        {
          id: good,
          name: 'Good',
          changes: [
            { field: 'employees', before: 3, after: 2 },
            { field: 'city', before: null, after: 'Bern' },
          ],
        },
      ],
      refused: [
        {
          index: 1,
          id: bad,
          name: 'Bad one',
          errors: [expect.objectContaining({ pointer: '/employees', code: 'belowMinimum' })],
        },
      ],
    });
    expect(await get(good)).toMatchObject({ version: 1, employees: 3, city: null });
    const { rows } = await engine.admin.query(
      'select count(*)::int as n from record_event where record_id = any($1)',
      [[good, bad]],
    );
    expect(rows[0].n).toBe(2);
  });

  it('counts all records of a filter and tries the first 500', async () => {
    const rows = Array.from({ length: 500 }, (_, n) => ({ name: `Many ${n}`, country: 'Chad' }));
    await ask('POST', '/accounts/bulk', { action: 'create', rows });
    await ask('POST', '/accounts/bulk', { action: 'create', rows: rows.slice(0, 3) });
    const filter = { field: 'country', op: 'eq', value: 'Chad' };
    const { body } = await ask('POST', '/accounts/bulk/preview', { action: 'delete', filter });
    expect(body).toMatchObject({ total: 503, tried: 500, counts: { deleted: 500 } });
    expect(body.sample).toHaveLength(20);
    expect(body.sample[0].name).toMatch(/^Many /);
  });

  it('shows no more than a reading would', async () => {
    const rep = await engine.person(company, {
      permissions: [{ object: '*', action: '*', scope: 'all' }],
      fields: [{ object: 'account', field: 'country', access: 'hidden' }],
    });
    const id = await create({ name: 'Hidden', country: 'Peru' });
    const request = { action: 'delete', ids: [id] };
    const { body } = await ask('POST', '/accounts/bulk/preview', request, rep);
    expect(JSON.stringify(body)).not.toContain('Peru');
    const none = await engine.person(company, {
      permissions: [{ object: 'account', action: 'read', scope: 'all' }],
    });
    expect((await ask('POST', '/accounts/bulk/preview', request, none)).status).toBe(403);
  });
});

describe('a change of many rows', () => {
  it('stores for each row what it changes, and leaves all else as it was', async () => {
    const made = Array.from({ length: 60 }, (_, n) => ({
      name: `Many ${n}`,
      city: 'Bern',
      country: 'Schweiz',
      annualRevenue: '10.50',
      employees: n,
      website: `https://many-${n}.example.com/`,
    }));
    const created = await ask('POST', '/accounts/bulk', { action: 'create', rows: made });
    const ids: string[] = created.body.results.map(({ id }: { id: string }) => id);
    const before = await Promise.all(ids.map(get));
    const changes = ids.map((id, n) => ({
      id,
      ...(n % 3 === 0 ? { city: `Town ${n}` } : n % 3 === 1 ? { annualRevenue: null } : { employees: 999 }),
    }));
    const { body } = await ask('POST', '/accounts/bulk', { action: 'update', rows: changes });
    expect(body.counts).toEqual({ total: 60, updated: 60 });
    for (const [n, id] of ids.entries()) {
      const { version: _, updatedAt: __, updatedBy: ___, ...rest } = before[n];
      expect(await get(id)).toMatchObject({ ...rest, ...changes[n], version: 2 });
    }
    const found = await ask('GET', `/accounts?q=${encodeURIComponent('Town 30')}`);
    expect(found.body.data.map(({ id }: { id: string }) => id)).toEqual([ids[30]]);
  });
});
