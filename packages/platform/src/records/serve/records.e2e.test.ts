import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
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

describe('create and get', () => {
  it('answers 201 with the record, its name trimmed, its ETag and its address, and reads it back the same', async () => {
    const parent = await create({ name: 'Parent & Söhne' });
    const made = await call('POST', '/accounts', {
      name: '  Kept   blanks ',
      parent: parent.id,
      industry: 'Retail',
      annualRevenue: '1100.04',
      employees: 2822,
      externalId: 'A-1',
      website: 'https://example.com',
    });
    expect(made.status).toBe(201);
    expect(made.headers.etag).toBe('"1"');
    expect(made.headers.location).toBe(`/api/v1/accounts/${made.body.id}`);
    expect(made.body).toMatchObject({
      // With blanks at its ends, "VIP " was a different tag from "VIP", so names are trimmed.
      name: 'Kept   blanks',
      parent: { id: parent.id, name: 'Parent & Söhne' },
      annualRevenue: '1100.04',
      employees: 2822,
      externalId: 'A-1',
      custom: {},
      tags: [],
      owner: { id: tenant.memberId, name: 'Ada Admin' },
      createdBy: { kind: 'member', id: tenant.memberId, name: 'Ada Admin' },
    });
    const read = await call('GET', `/accounts/${made.body.id}`);
    expect(read.body).toEqual(made.body);
  });

  it('writes a create in at most three round trips and reads in one', async () => {
    // After a second without a query, one more would ask for the version of the rights. On a slow machine that can pass.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    onTestFinished(() => void vi.useRealTimers());
    const made = await call('POST', '/accounts', { name: 'Trips' }, { 'idempotency-key': 'trips-1' });
    const trips = (headers: any) => Number(/"(\d+) round/.exec(headers['server-timing'])![1]);
    expect(trips(made.headers)).toBeLessThanOrEqual(3);
    expect(trips((await call('GET', `/accounts/${made.body.id}`)).headers)).toBe(1);
    expect(trips((await call('GET', '/accounts?limit=5')).headers)).toBe(1);
  });

  it('names every wrong field with its pointer and writes nothing', async () => {
    const before = (await call('GET', '/accounts?count=exact')).body.count.value;
    const { status, body } = await call('POST', '/accounts', {
      name: '',
      industry: 'Alchemy',
      annualRevenue: 'lots',
      employees: 1.5,
      parent: '0190a0a0-0000-7000-8000-000000000000',
      tenantId: tenant.id,
      createdAt: '2020-01-01T00:00:00Z',
      nonsense: 1,
    });
    expect(status).toBe(422);
    expect(Object.fromEntries(body.errors.map((e: any) => [e.pointer, e.code]))).toEqual({
      '/industry': 'notAnOption',
      '/annualRevenue': 'notANumber',
      '/employees': 'tooPrecise',
      '/tenantId': 'unknownField',
      '/createdAt': 'readOnlyField',
      '/nonsense': 'unknownField',
    });
    expect(
      (
        await call('POST', '/accounts', { name: ' ', parent: '0190a0a0-0000-7000-8000-000000000000' })
      ).body.errors.map((e: any) => e.code),
    ).toEqual(['referenceMissing']);
    expect((await call('POST', '/accounts', { name: ' ' })).body.errors.map((e: any) => e.code)).toEqual([
      'required',
    ]);
    expect((await call('GET', '/accounts?count=exact')).body.count.value).toBe(before);
  });

  it('refuses an external id that is taken, naming the field', async () => {
    await create({ name: 'First', externalId: 'taken' });
    const { status, body } = await call('POST', '/accounts', { name: 'Second', externalId: 'taken' });
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({ pointer: '/externalId', code: 'notUnique' });
  });

  it('answers 404 for a record of another tenant, and 422 for a reference to it', async () => {
    const other = await engine.tenant('Other');
    const theirs = (await engine.call(other, 'POST', '/accounts', { name: 'Theirs' })).body;
    expect((await call('GET', `/accounts/${theirs.id}`)).status).toBe(404);
    expect((await call('PATCH', `/accounts/${theirs.id}`, { name: 'Mine' })).status).toBe(404);
    expect((await call('DELETE', `/accounts/${theirs.id}`)).status).toBe(404);
    const refused = await call('POST', '/accounts', { name: 'Child', parent: theirs.id });
    expect(refused.status).toBe(422);
    expect((await engine.call(other, 'GET', `/accounts/${theirs.id}`)).body.version).toBe(1);
  });

  it('refuses a NUL byte, malformed JSON and an unknown parameter', async () => {
    const nul = await call('POST', '/accounts', { name: 'a\u0000b' });
    expect(nul.status).toBe(422);
    expect(nul.body.errors[0].pointer).toBe('/name');
    const malformed = await engine.app.inject({
      method: 'POST',
      url: '/api/v1/accounts',
      headers: { authorization: tenant.authorization, 'content-type': 'application/json' },
      payload: '{"name": ',
    });
    expect(malformed.statusCode).toBe(400);
    expect(malformed.headers['content-type']).toContain('application/problem+json');
    expect((await call('GET', '/accounts?bogus=1')).status).toBe(400);
    expect((await call('GET', '/accounts?q=%00')).status).toBe(400);
    expect((await call('GET', '/accounts/not-a-uuid')).status).toBe(400);
    expect((await call('GET', '/nowhere')).status).toBe(404);
  });
});

describe('idempotency', () => {
  it('returns the first status and id again, with the current record', async () => {
    const headers = { 'idempotency-key': 'idem-1' };
    const first = await call('POST', '/accounts', { name: 'Once' }, headers);
    await call('PATCH', `/accounts/${first.body.id}`, { name: 'Renamed' });
    const again = await call('POST', '/accounts', { name: 'Once' }, headers);
    expect([again.status, again.body.id, again.body.name]).toEqual([201, first.body.id, 'Renamed']);
    const other = await call('POST', '/accounts', { name: 'Twice' }, headers);
    expect([other.status, other.body.code]).toEqual([422, 'idempotencyKeyReused']);
  });

  it('lets exactly one of many concurrent requests create', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        call('POST', '/accounts', { name: 'Race' }, { 'idempotency-key': 'race' }),
      ),
    );
    expect(answers.every((a) => a.status === 201 || a.status === 409)).toBe(true);
    const ids = new Set(answers.filter((a) => a.status === 201).map((a) => a.body.id));
    expect(ids.size).toBe(1);
    const { body } = await call(
      'GET',
      `/accounts?filter=${encodeURIComponent('{"field":"name","op":"eq","value":"race"}')}&count=exact`,
    );
    expect(body.count.value).toBe(1);
  });
});

describe('update', () => {
  it('changes only what is given, increases the version, and changes nothing for the same values', async () => {
    const a = await create({ name: 'Acme', city: 'Berlin' });
    const changed = await call('PATCH', `/accounts/${a.id}`, { city: 'Bern' });
    expect(changed.body).toMatchObject({ name: 'Acme', city: 'Bern', version: 2 });
    expect((await call('PATCH', `/accounts/${a.id}`, { city: 'Bern' })).body.version).toBe(2);
  });

  it('merges a stale change of another field and refuses one of the same field with all three values', async () => {
    const a = await create({ name: 'Acme', city: 'Berlin', country: 'Germany' });
    await call('PATCH', `/accounts/${a.id}`, { city: 'Bern' });
    const merged = await call(
      'PATCH',
      `/accounts/${a.id}`,
      { country: 'Switzerland' },
      { 'if-match': '"1"' },
    );
    expect(merged.status).toBe(200);
    expect(merged.body).toMatchObject({ city: 'Bern', country: 'Switzerland', version: 3 });
    const clash = await call('PATCH', `/accounts/${a.id}`, { city: 'Basel' }, { 'if-match': '"1"' });
    expect(clash.status).toBe(412);
    expect(clash.body).toMatchObject({
      current: { city: 'Bern' },
      yours: { city: 'Basel' },
      original: { city: 'Berlin' },
    });
    expect((await call('DELETE', `/accounts/${a.id}`, undefined, { 'if-match': '"1"' })).status).toBe(412);
    expect((await call('PATCH', `/accounts/${a.id}`, { city: 'x' }, { 'if-match': 'nonsense' })).status).toBe(
      400,
    );
  });

  it('loses no update of different fields when twenty people write at the same time', async () => {
    const a = await create({ name: 'Busy', employees: 0 });
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        call('PATCH', `/accounts/${a.id}`, i % 2 ? { city: `City ${i}` } : { country: `Land ${i}` }),
      ),
    );
    expect(results.every((r) => r.status === 200)).toBe(true);
    const end = (await call('GET', `/accounts/${a.id}`)).body;
    expect(end.version).toBe(21);
    const history = (await call('GET', `/accounts/${a.id}/history?limit=200`)).body;
    expect(history.data).toHaveLength(21);
  });

  it('refuses a parent that would form a cycle, even with two concurrent moves', async () => {
    const [a, b] = [await create({ name: 'A' }), await create({ name: 'B' })];
    const [x, y] = await Promise.all([
      call('PATCH', `/accounts/${a.id}`, { parent: b.id }),
      call('PATCH', `/accounts/${b.id}`, { parent: a.id }),
    ]);
    expect([x.status, y.status].sort()).toEqual([200, 422]);
  });
});

describe('delete and restore', () => {
  it('refuses while others refer to it and names them; unlinks or deletes them on request', async () => {
    const parent = await create({ name: 'Holding' });
    const child = await create({ name: 'Daughter', parent: parent.id });
    const refused = await call('DELETE', `/accounts/${parent.id}`);
    expect(refused.status).toBe(409);
    expect(refused.body.referrers).toEqual([
      {
        object: 'account',
        field: 'parent',
        label: 'Accounts',
        records: [{ id: child.id, name: 'Daughter' }],
        more: false,
      },
    ]);
    expect((await call('DELETE', `/accounts/${parent.id}?referrers=unlink`)).status).toBe(204);
    expect((await call('GET', `/accounts/${parent.id}`)).status).toBe(404);
    const orphan = (await call('GET', `/accounts/${child.id}`)).body;
    expect([orphan.parent, orphan.version]).toEqual([null, 2]);
    const history = (await call('GET', `/accounts/${child.id}/history`)).body.data[0];
    expect(history.verb).toBe('unlinked');
  });

  it('restores everything, including the external id if it is still free', async () => {
    const a = await create({ name: 'Phoenix', externalId: 'px', city: 'Rome' });
    await call('DELETE', `/accounts/${a.id}`);
    expect((await call('GET', '/accounts?deleted=true&q=phoenix')).body.data.map((r: any) => r.id)).toEqual([
      a.id,
    ]);
    const back = await call('POST', `/accounts/${a.id}/restore`);
    expect(back.body).toMatchObject({ name: 'Phoenix', externalId: 'px', city: 'Rome', version: 3 });
    await call('DELETE', `/accounts/${a.id}`);
    await create({ name: 'Usurper', externalId: 'px' });
    expect((await call('POST', `/accounts/${a.id}/restore`)).status).toBe(422);
  });
});

describe('lists', () => {
  let listed: EngineTenant;
  beforeAll(async () => {
    listed = await engine.tenant('Lists');
    const rows = Array.from({ length: 137 }, (_, i) => ({
      name: `Company ${String(i).padStart(3, '0')}`,
      industry: i % 3 === 0 ? 'Retail' : i % 3 === 1 ? 'Health' : null,
      annualRevenue: i % 5 === 0 ? null : `${(i * 37) % 101}.5`,
      city: i % 2 ? 'Zürich' : 'Genf',
    }));
    const { status, body } = await engine.call(listed, 'POST', '/accounts/bulk', { action: 'create', rows });
    expect([status, body.counts]).toEqual([200, { total: 137, created: 137 }]);
  });
  const get = (query: string) => engine.call(listed, 'GET', `/accounts?${query}`);
  const walk = async (query: string) => {
    const seen: any[] = [];
    for (let cursor = ''; ; ) {
      const { status, body } = await get(`${query}${cursor && `&cursor=${cursor}`}`);
      expect(status).toBe(200);
      seen.push(...body.data);
      if (!body.page.hasMore) return seen;
      cursor = body.page.nextCursor;
    }
  };

  for (const sort of [
    'name',
    '-name',
    'annualRevenue',
    '-annualRevenue',
    'industry,-name',
    '-createdAt',
    'owner',
    'city,annualRevenue,-name',
  ])
    it(`walks all rows once in the order of ${sort}`, async () => {
      const rows = await walk(`limit=10&sort=${sort}`);
      expect(new Set(rows.map((r) => r.id)).size).toBe(137);
      const key = sort.split(',')[0]!.replace('-', '');
      if (['name', 'annualRevenue'].includes(key)) {
        const values = rows.map((r) =>
          key === 'annualRevenue' ? (r[key] === null ? null : Number(r[key])) : r[key],
        );
        const present = values.filter((v) => v !== null);
        const sorted = [...present].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        expect(present).toEqual(sort.startsWith('-') ? sorted.reverse() : sorted);
        expect(values.slice(present.length).every((v) => v === null)).toBe(true);
      }
    });

  it('filters by text without case and accents, by amount, and through references', async () => {
    const find = async (filter: object) =>
      (await get(`limit=200&count=exact&filter=${encodeURIComponent(JSON.stringify(filter))}`)).body;
    expect((await find({ field: 'city', op: 'eq', value: 'ZURICH' })).count.value).toBe(68);
    expect((await find({ field: 'name', op: 'contains', value: 'pany 01' })).count.value).toBe(10);
    expect(
      (await find({ field: 'annualRevenue', op: 'gt', value: '100.4' })).data.every(
        (r: any) => Number(r.annualRevenue) > 100.4,
      ),
    ).toBe(true);
    expect((await find({ not: { field: 'industry', op: 'eq', value: 'Retail' } })).count.value).toBe(91);
    expect((await find({ field: 'owner.name', op: 'eq', value: 'ada admin' })).count.value).toBe(137);
    expect((await find({ field: 'parent.name', op: 'eq', value: 'x' })).count.value).toBe(0);
  });

  it('refuses an invalid filter, a cursor of another query, and limits out of range', async () => {
    const nested = (depth: number): object =>
      depth ? { not: nested(depth - 1) } : { field: 'name', op: 'eq', value: 'x' };
    for (const bad of [
      { field: 'nope', op: 'eq', value: 1 },
      { field: 'name', op: 'gt', value: 'x' },
      nested(60),
      { field: 'annualRevenue', op: 'gt', value: '1e400' },
    ])
      expect((await get(`filter=${encodeURIComponent(JSON.stringify(bad))}`)).status).toBe(400);
    expect((await get('filter=%7B')).status).toBe(400);
    const { nextCursor } = (await get('limit=5&sort=name')).body.page;
    expect((await get(`limit=5&sort=-name&cursor=${nextCursor}`)).status).toBe(400);
    expect(
      (await engine.call(tenant, 'GET', `/accounts?limit=5&sort=name&cursor=${nextCursor}`)).status,
    ).toBe(400);
    expect((await get('cursor=abc')).status).toBe(400);
    expect((await get('limit=0')).status).toBe(400);
    expect((await get('limit=201')).status).toBe(400);
    expect((await get('sort=nope')).status).toBe(400);
    expect((await get('fields=nope')).status).toBe(400);
  });

  it('returns only the requested fields, and finds by quick search', async () => {
    const { body } = await get('fields=name,city&limit=1&sort=name');
    expect(
      Object.keys(body.data[0]).filter((k) => ['name', 'city', 'industry', 'owner'].includes(k)),
    ).toEqual(['name', 'city']);
    expect((await get('q=zurich 013')).body.data.map((r: any) => r.name)).toEqual(['Company 013']);
    expect((await get('count=capped&limit=1')).body.count).toEqual({ value: 137, capped: false });
  });

  it('returns the same by POST …/query', async () => {
    const filter = { field: 'city', op: 'eq', value: 'genf' };
    const a = (await get(`filter=${encodeURIComponent(JSON.stringify(filter))}&sort=name`)).body;
    const b = (await engine.call(listed, 'POST', '/accounts/query', { filter, sort: 'name' })).body;
    expect(b.data).toEqual(a.data);
  });
});

describe('bulk', () => {
  it('keeps the good rows and says what is wrong with each bad one', async () => {
    const { status, body } = await call('POST', '/accounts/bulk', {
      action: 'create',
      rows: [
        { name: 'Good 1', externalId: 'b1' },
        { name: '' },
        { name: 'Clash', externalId: 'b1' },
        { name: 'Good 2' },
        { nope: 1 },
      ],
    });
    expect(status).toBe(200);
    expect(body.counts).toEqual({ total: 5, created: 2, failed: 3 });
    expect(body.results.map((r: any) => r.status)).toEqual([
      'created',
      'failed',
      'failed',
      'created',
      'failed',
    ]);
    expect(body.results[2].errors[0].pointer).toBe('/externalId');
  });

  it('writes all or none on request, and says what is wrong with each row', async () => {
    const bulk = (body: object) => call('POST', '/accounts/bulk', body);
    const taken = { name: 'Taken', externalId: 'atomic-1' };
    const first = await bulk({ action: 'create', atomic: true, rows: [taken, { name: 'Whole' }] });
    expect(first.body.counts).toEqual({ total: 2, created: 2 });
    const [id, other] = first.body.results.map((r: any) => r.id);
    const rows = [{ name: 'Half' }, { name: '' }, { ...taken, name: 'Clash' }];
    const refused = await bulk({ action: 'create', atomic: true, rows });
    expect(refused.status).toBe(422);
    expect(refused.body.errors.map((e: any) => e.pointer)).toEqual(['/rows/1/name', '/rows/2/externalId']);
    const stale = await bulk({
      action: 'update',
      atomic: true,
      rows: [
        { id, city: 'Oslo' },
        { id: other, city: 'Bergen', version: 7 },
      ],
    });
    expect([stale.status, stale.body.errors[0].pointer]).toEqual([412, '/rows/1']);
    expect((await call('GET', '/accounts?q=half')).body.data).toEqual([]);
    expect((await call('GET', '/accounts?q=taken')).body.data).toMatchObject([{ city: null, version: 1 }]);
    const many = Array.from({ length: 501 }, (_, i) => ({ name: `Many ${i}` }));
    const large = await bulk({ action: 'create', atomic: true, rows: many });
    expect([large.status, large.body.errors[0].pointer]).toEqual([422, '/atomic']);
  });

  it('updates by filter, deletes by ids and restores', async () => {
    await call('POST', '/accounts/bulk', {
      action: 'create',
      rows: [
        { name: 'Bulk A', city: 'Oslo' },
        { name: 'Bulk B', city: 'Oslo' },
      ],
    });
    const updated = (
      await call('POST', '/accounts/bulk', {
        action: 'update',
        filter: { field: 'city', op: 'eq', value: 'oslo' },
        changes: { country: 'Norway' },
      })
    ).body;
    expect(updated.counts).toEqual({ total: 2, updated: 2 });
    const ids = updated.results.map((r: any) => r.id);
    expect((await call('POST', '/accounts/bulk', { action: 'delete', ids })).body.counts.deleted).toBe(2);
    expect((await call('POST', '/accounts/bulk', { action: 'restore', ids })).body.counts.restored).toBe(2);
    expect((await call('POST', '/accounts/bulk', { action: 'update', ids })).status).toBe(422);
  });

  it('selects no record if the selection is empty, and all only on request', async () => {
    const tenant = await engine.tenant('Selections');
    const bulk = (body: object) => engine.call(tenant, 'POST', '/accounts/bulk', body);
    await bulk({ action: 'create', rows: [{ name: 'One' }, { name: 'Two' }] });
    for (const nothing of [
      { q: '' },
      { q: ' ' },
      { q: '\u200b' },
      { filter: { all: [] } },
      { filter: { all: [{ field: 'name', op: 'contains', value: '\u2060' }] } },
      { ids: [] },
      {},
    ])
      for (const action of ['delete', 'restore', 'update']) {
        const answer = await bulk({ action, changes: { city: 'Rome' }, ...nothing });
        expect([answer.status, JSON.stringify(nothing)]).toEqual([422, JSON.stringify(nothing)]);
        expect(answer.body.errors.at(-1).code).toMatch(/^selection(Blank|Missing)$/);
      }
    expect((await bulk({ action: 'delete', all: true, q: 'one' })).body.errors[0].code).toBe(
      'selectionMissing',
    );
    expect((await bulk({ action: 'delete', all: false })).status).toBe(422);
    expect((await engine.call(tenant, 'GET', '/accounts')).body.data).toHaveLength(2);
    expect((await bulk({ action: 'delete', all: true })).body.counts).toEqual({ total: 2, deleted: 2 });
    expect((await bulk({ action: 'restore', all: true })).body.counts).toEqual({ total: 2, restored: 2 });
  });
});

describe('events', () => {
  it("records who, what and why, with personal values readable only under the record's secret", async () => {
    const made = (
      await call(
        'POST',
        '/members',
        { name: 'Eve', email: 'eve@example.com' },
        { 'x-correlation-id': 'corr-42' },
      )
    ).body;
    const { rows } = await engine.admin.query('select * from record_event where record_id = $1', [made.id]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      verb: 'created',
      object: 'member',
      record_version: 1,
      actor_kind: 'member',
      correlation_id: 'corr-42',
      cause_kind: 'request',
    });
    expect(JSON.stringify(rows[0].changes)).not.toContain('eve@example.com');
    expect(rows[0].personal.toString('utf8')).not.toContain('eve@example.com');
    const history = (await call('GET', `/members/${made.id}/history`)).body.data;
    expect(history[0].changes.email).toEqual({ after: 'eve@example.com' });
    await engine.admin.query('delete from record_secret where record_id = $1', [made.id]);
    const erased = (await call('GET', `/members/${made.id}/history`)).body.data;
    expect(erased[0].changes.email).toBeUndefined();
    expect(erased[0].erased).toBe(true);
    expect(
      (await engine.admin.query('select 1 from event_outbox where $1 = any(event_ids)', [rows[0].id]))
        .rowCount,
    ).toBe(1);
  });
});
