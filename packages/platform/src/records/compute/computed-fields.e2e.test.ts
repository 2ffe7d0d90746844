import { add, compare, divide, multiply, rescale } from '@pellucid/conditions/decimal';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CustomFieldSettings } from '../../access/index.js';
import { newContext, runInContext } from '../../context/index.js';
import { UnitOfWorkFactory } from '../../db/index.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { beginSeries, FollowChanges } from './index.js';
import { RecordRegistry } from '../describe/index.js';

let engine: EngineApp;

beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const formula = (text: string, from: string[], more: CustomFieldSettings = {}): CustomFieldSettings => ({
  ...more,
  computed: { kind: 'formula', formula: text, sources: { from } },
});

/** A company whose accounts have formulas and roll-ups, and the means to follow its events. */
async function company() {
  const tenant = await engine.tenant();
  const define = (name: string, type: 'number' | 'text' | 'money', settings: CustomFieldSettings) =>
    engine.defineField(tenant, { object: 'account', name, type, settings });
  let seen = '00000000-0000-0000-0000-000000000000';
  const call = (
    method: string,
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
    who = tenant,
  ) => engine.call(who, method, url, body, headers);
  const asProduct = <T>(fn: () => Promise<T>): Promise<T> =>
    runInContext(
      newContext({ tenantId: tenant.id, correlationId: 'follow', cause: { kind: 'system', id: null } }),
      fn,
    );
  /** Works out what the events since the last call affect, and what these events affect, until nothing does. */
  async function follow(limit = 1_000): Promise<number> {
    for (let rounds = 0; ; rounds++) {
      const { rows } = await engine.admin.query(
        `select id, object, record_id as "recordId", verb, fields, changes from record_event where tenant_id = $1 and id > $2 order by id`,
        [tenant.id, seen],
      );
      if (!rows.length) return rounds;
      seen = rows.at(-1).id;
      await asProduct(() =>
        engine.app.get(UnitOfWorkFactory).run(async (uow) => {
          const changes = engine.app.get(FollowChanges);
          for (const many of await changes.follow(uow, rows, limit))
            for (let after: string | null = null; ; ) {
              const { next } = await changes.followMany(uow, many, after);
              if (next === null) break;
              after = next;
            }
        }),
      );
    }
  }
  async function backfill() {
    await asProduct(() =>
      engine.app.get(UnitOfWorkFactory).run(async (uow) => {
        await engine.app.get(FollowChanges).backfill(uow, 'account', null);
      }),
    );
  }
  const create = async (values: object): Promise<any> => {
    const made = await call('POST', '/accounts', { name: 'A', ...values });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return made.body;
  };
  const read = async (id: string, who: EngineTenant = tenant): Promise<any> =>
    (await call('GET', `/accounts/${id}`, undefined, {}, who)).body;
  return { tenant, define, call, follow, backfill, create, read, asProduct };
}

describe('a formula', () => {
  it('is worked out in the write that changes what it reads, exactly, and says where the value comes from', async () => {
    const { define, create, call, tenant } = await company();
    await define(
      'perHead',
      'number',
      formula('annualRevenue / employees', ['annualRevenue', 'employees'], { scale: 4, isIndexed: true }),
    );
    await define('twice', 'number', formula('custom.perHead * 2', ['custom.perHead'], { scale: 4 }));
    await define('label', 'text', formula('name + " (" + text(employees) + ")"', ['name', 'employees']));
    const made = await create({ name: 'Acme', annualRevenue: '0.30', employees: 3 });
    expect(made.custom).toEqual({ perHead: '0.1', twice: '0.2', label: 'Acme (3)' });
    const changed = await call('PATCH', `/accounts/${made.id}`, { employees: 4 });
    expect(changed.body.custom).toEqual({ perHead: '0.075', twice: '0.15', label: 'Acme (4)' });
    expect(changed.body.version).toBe(2);
    const none = await call('PATCH', `/accounts/${made.id}`, { employees: 0 });
    expect(none.body.custom.perHead ?? null).toBeNull();
    const { rows } = await engine.admin.query(
      `select changes from record_event where tenant_id = $1 and record_id = $2 order by id`,
      [tenant.id, made.id],
    );
    expect(rows[1].changes['custom.perHead']).toEqual({
      before: '0.1',
      after: '0.075',
      origin: 'derived:formula',
    });
    const others = await create({ annualRevenue: '10', employees: 1 });
    const filter = encodeURIComponent(JSON.stringify({ field: 'custom.perHead', op: 'gt', value: '5' }));
    const found = await call('GET', `/accounts?filter=${filter}&sort=-custom.perHead`);
    expect(found.body.data.map((r: any) => r.id)).toEqual([others.id]);
  });

  it("is nobody's to set", async () => {
    const { define, create, call } = await company();
    await define('twice', 'number', formula('employees * 2', ['employees']));
    const refused = await call('POST', '/accounts', { name: 'A', employees: 1, custom: { twice: 5 } });
    expect(refused.status).toBe(422);
    const { id } = await create({ employees: 1 });
    expect((await call('PATCH', `/accounts/${id}`, { custom: { twice: 5 } })).status).toBe(422);
  });

  it('follows what it reads of another record, without a new version of its own', async () => {
    const { define, create, call, follow, read } = await company();
    await define(
      'share',
      'number',
      formula('employees / parent.employees * 100', ['employees', 'parent', 'parent.employees'], {
        scale: 2,
      }),
    );
    const parent = await create({ name: 'Parent', employees: 8 });
    const child = await create({ employees: 2, parent: parent.id });
    expect(child.custom.share).toBe('25');
    await follow();
    await call('PATCH', `/accounts/${parent.id}`, { employees: 4 });
    await follow();
    const after = await read(child.id);
    expect([after.custom.share, after.version, after.updatedAt]).toEqual([
      '50',
      child.version,
      child.updatedAt,
    ]);
    // Somebody who read it before changes it, deletes it: no conflict.
    const edit = await call(
      'PATCH',
      `/accounts/${child.id}`,
      { city: 'Bern' },
      { 'if-match': `"${child.version}"` },
    );
    expect(edit.status).toBe(200);
    const history = (await call('GET', `/accounts/${child.id}/history`)).body.data;
    expect(history.map((e: any) => e.verb)).toEqual(['updated', 'computed', 'created']);
    expect(history[1]).toMatchObject({
      version: 1,
      changes: { 'custom.share': { before: '25', after: '50' } },
    });
    // A record that is gone has no values.
    await call('DELETE', `/accounts/${parent.id}?referrers=unlink`);
    await follow();
    expect((await read(child.id)).custom?.share ?? null).toBeNull();
  });

  it('catches up with what was changed while it was being written', async () => {
    const { define, create, call, follow, read } = await company();
    await define('of', 'number', formula('parent.employees', ['parent', 'parent.employees']));
    const parent = await create({ employees: 1 });
    const child = await create({});
    await follow();
    const lock = await engine.admin.connect();
    try {
      await lock.query('begin');
      // Committed after the child was written, but by somebody who began before.
      await lock.query('update account set employees = 7 where id = $1', [parent.id]);
      expect((await call('PATCH', `/accounts/${child.id}`, { parent: parent.id })).body.custom.of).toBe(1);
      await lock.query('commit');
    } finally {
      lock.release();
    }
    await follow();
    expect((await read(child.id)).custom.of).toBe(7);
  });

  it('that no longer fits the description is empty, and one whose source is gone is shown to nobody', async () => {
    const { define, create, tenant, read } = await company();
    await define('wrong', 'number', formula('nothing + 1', []));
    await engine.defineField(tenant, { object: 'account', name: 'gone', type: 'number', isDeleted: true });
    await define('broken', 'number', formula('custom.gone + 1', ['custom.gone']));
    const { id } = await create({});
    expect(await read(id)).not.toHaveProperty('custom.broken');
    expect((await read(id)).custom?.wrong ?? null).toBeNull();
  });

  it("whose result the field can't hold is empty", async () => {
    const { define, create } = await company();
    await define('huge', 'number', formula('annualRevenue * 1000000000000', ['annualRevenue'], { scale: 4 }));
    await define('long', 'text', formula('name + name', ['name'], { maxLength: 5 }));
    await define('fee', 'money', formula('annualRevenue / 3', ['annualRevenue'], { currency: 'JPY' }));
    const made = await create({ name: 'Acme', annualRevenue: '900000000000' });
    expect(made.custom).toMatchObject({ fee: '300000000000' });
    expect([made.custom.huge ?? null, made.custom.long ?? null]).toEqual([null, null]);
    expect((await create({ annualRevenue: '10' })).custom.fee).toBe('3');
  });
});

describe('a roll-up', () => {
  const rollup = (fn: 'count' | 'sum' | 'min' | 'max', of?: string, filter?: any): CustomFieldSettings => ({
    computed: {
      kind: 'rollup',
      object: 'account',
      field: 'parent',
      fn,
      ...(of ? { of } : {}),
      ...(filter ? { filter } : {}),
    },
  });

  it('follows additions, changes, moves, deletions and restorations', async () => {
    const { define, create, call, follow, read } = await company();
    await define('children', 'number', rollup('count'));
    await define('retail', 'money', {
      ...rollup('sum', 'annualRevenue', { field: 'industry', op: 'eq', value: 'Retail' }),
    });
    await define('least', 'number', rollup('min', 'employees'));
    const [one, two] = [await create({ name: 'One' }), await create({ name: 'Two' })];
    expect(one.custom).toMatchObject({ children: 0, retail: '0.00' });
    const child = await create({ parent: one.id, annualRevenue: '10.10', employees: 5, industry: 'Retail' });
    await create({ parent: one.id, annualRevenue: '1.00', employees: 3, industry: 'Health' });
    await follow();
    expect((await read(one.id)).custom).toMatchObject({ children: 2, retail: '10.10', least: 3 });
    await call('PATCH', `/accounts/${child.id}`, { parent: two.id });
    await follow();
    expect((await read(one.id)).custom).toMatchObject({ children: 1, retail: '0.00', least: 3 });
    expect((await read(two.id)).custom).toMatchObject({ children: 1, retail: '10.10', least: 5 });
    await call('DELETE', `/accounts/${child.id}`);
    await follow();
    const empty = await read(two.id);
    expect(empty.custom).toMatchObject({ children: 0, retail: '0.00' });
    expect([empty.custom.least ?? null, empty.version]).toEqual([null, 1]);
    await call('POST', `/accounts/${child.id}/restore`);
    await follow();
    expect((await read(two.id)).custom).toMatchObject({ children: 1, retail: '10.10' });
  });

  it('is shown only to those who see everything that it counts', async () => {
    const { tenant, define, create, call, follow, read } = await company();
    await define('children', 'number', { ...rollup('count'), isIndexed: true });
    await define('total', 'money', rollup('sum', 'annualRevenue'));
    await define('half', 'money', formula('custom.total / 2', ['custom.total'], { currency: 'EUR' }));
    const parent = await create({ name: 'Parent' });
    await create({ parent: parent.id, annualRevenue: '10' });
    await follow();
    expect((await read(parent.id)).custom).toMatchObject({ children: 1, total: '10.00', half: '5.00' });
    const all = { object: 'account', action: 'read', scope: 'all' } as const;
    const other = { object: 'member', action: 'read', scope: 'all' } as const;
    const noRevenue = await engine.person(tenant, {
      permissions: [all, other],
      fields: [
        { object: 'account', field: '*', access: 'edit' },
        { object: 'account', field: 'annualRevenue', access: 'hidden' },
      ],
    });
    const shown = await read(parent.id, noRevenue);
    expect(shown.custom).toEqual({ children: 1 });
    const described = (await call('GET', '/objects/account', undefined, {}, noRevenue)).body;
    expect(described.fields.map((f: any) => f.key).filter((k: string) => k.startsWith('custom'))).toEqual([
      'custom.children',
    ]);
    for (const [field, value] of [
      ['custom.total', '10'],
      ['custom.half', '5'],
    ]) {
      const filter = encodeURIComponent(JSON.stringify({ field, op: 'eq', value }));
      expect(
        (await call('GET', `/accounts?filter=${filter}`, undefined, {}, noRevenue)).body.data ?? [],
      ).toEqual([]);
    }
    // Owns the parent, but not what refers to it.
    const own = await engine.person(tenant, {
      permissions: [{ ...all, scope: 'own' }, other],
      fields: [{ object: 'account', field: '*', access: 'edit' }],
    });
    await call('PATCH', `/accounts/${parent.id}`, { owner: own.memberId });
    const owned = await read(parent.id, own);
    expect(owned.name).toBe('Parent');
    expect(owned.custom ?? {}).toEqual({});
    const filter = encodeURIComponent(JSON.stringify({ field: 'custom.children', op: 'gte', value: 0 }));
    expect((await call('GET', `/accounts?filter=${filter}`, undefined, {}, own)).body.data).toEqual([]);
    expect(
      JSON.stringify((await call('GET', `/accounts/${parent.id}/history`, undefined, {}, own)).body),
    ).not.toMatch(/computed|custom/);
  });

  it('and formulas over it equal what a direct query says, after any changes', async () => {
    const { define, create, call, follow, read, tenant } = await company();
    const sources = ['annualRevenue', 'employees'];
    await define('perHead', 'number', formula('annualRevenue / employees', sources, { scale: 4 }));
    await define('children', 'number', rollup('count'));
    await define('sum', 'number', {
      ...rollup('sum', 'custom.perHead', { field: 'city', op: 'neq', value: 'Bern' }),
      scale: 4,
    });
    await define('most', 'number', rollup('max', 'employees'));
    await define(
      'above',
      'number',
      formula(
        'coalesce(parent.custom.sum, 0) + custom.children',
        ['parent', 'parent.custom.sum', 'custom.children'],
        { scale: 4 },
      ),
    );
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push((await create({ name: `A${n}` })).id);
    const at = fc.integer({ min: 0, max: 4 });
    const change = fc.oneof(
      fc.record({
        is: fc.constant('set' as const),
        at,
        annualRevenue: fc.constantFrom('0.1', '33.33', null),
        employees: fc.constantFrom(0, 3, 7, null),
        city: fc.constantFrom('Bern', 'Basel', null),
      }),
      // To one before it, so that nothing is above itself.
      fc.record({ is: fc.constant('move' as const), at, to: at }),
      fc.record({ is: fc.constant('delete' as const), at }),
      fc.record({ is: fc.constant('restore' as const), at }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        for (const each of changes) {
          const url = `/accounts/${ids[each.at]}`;
          if (each.is === 'delete') await call('DELETE', `${url}?referrers=unlink`);
          else if (each.is === 'restore') await call('POST', `${url}/restore`);
          else {
            const { is: _, at: __, to, ...values } = { to: undefined, ...each } as any;
            await call('PATCH', url, to === undefined ? values : { parent: to < each.at ? ids[to] : null });
          }
        }
        await follow();
        const records = (await call('GET', '/accounts?limit=50')).body.data as any[];
        const perHead = ({ annualRevenue, employees }: any) =>
          annualRevenue === null || annualRevenue === undefined || !employees
            ? null
            : divide(annualRevenue, String(employees), 4, 'halfUp');
        const sumOf = (id: string) =>
          records
            .filter((r) => r.parent?.id === id && r.city !== 'Bern')
            .reduce((total, r) => add(total, perHead(r) ?? '0'), '0');
        for (const r of records) {
          const custom = r.custom ?? {};
          const children = records.filter((c) => c.parent?.id === r.id);
          const staff = children.map((c) => c.employees).filter((n) => n !== null && n !== undefined);
          expect(custom.perHead ?? null).toBe(perHead(r));
          expect(custom.children).toBe(children.length);
          expect(custom.sum).toBe(sumOf(r.id));
          expect(custom.most ?? null).toBe(staff.length ? Math.max(...staff) : null);
          const above = r.parent ? sumOf(r.parent.id) : '0';
          expect(compare(custom.above, add(above, String(children.length)))).toBe(0);
        }
      }),
      { numRuns: 12 },
    );
    const stored = await engine.admin.query('select count(*)::int as n from account where tenant_id = $1', [
      tenant.id,
    ]);
    expect(stored.rows[0].n).toBe(5);
    expect(multiply(rescale('2.5', 0, 'halfUp'), '1')).toBe('3');
    expect(await read(ids[0]!)).toBeDefined();
  });
});

describe('an auto-number', () => {
  it('numbers old records in the order of their creation, and new ones after them, also those written at once', async () => {
    const { tenant, define, create, call, backfill, read } = await company();
    const [first, second] = [await create({ name: 'First' }), await create({ name: 'Second' })];
    const settings = { kind: 'autoNumber', prefix: 'A-', digits: 3, start: 10 } as const;
    const id = await define('no', 'text', { computed: settings });
    const { text, values } = beginSeries(
      tenant.id,
      id,
      engine.app.get(RecordRegistry).productObject('account'),
      settings,
    );
    await engine.admin.query(text, values as unknown[]);
    const many = await Promise.all(Array.from({ length: 8 }, (_, n) => create({ name: `New ${n}` })));
    const numbers = many.map((r) => r.custom.no).sort();
    expect(numbers).toEqual(Array.from({ length: 8 }, (_, n) => `A-0${12 + n}`));
    const bulk = await call('POST', '/accounts/bulk', {
      action: 'create',
      rows: [{ name: 'X' }, { name: 'Y' }],
    });
    expect(bulk.status, JSON.stringify(bulk.body)).toBe(200);
    await backfill();
    expect([(await read(first.id)).custom.no, (await read(second.id)).custom.no]).toEqual(['A-010', 'A-011']);
    const { rows } = await engine.admin.query(
      `select count(*)::int as n, count(distinct custom->>'0')::int as different from account where tenant_id = $1`,
      [tenant.id],
    );
    expect(rows[0]).toEqual({ n: 12, different: 12 });
    const filter = encodeURIComponent(JSON.stringify({ field: 'custom.no', op: 'eq', value: 'A-011' }));
    expect((await call('GET', `/accounts?filter=${filter}`)).body.data.map((r: any) => r.id)).toEqual([
      second.id,
    ]);
  });

  it('is not given twice after a creation has failed', async () => {
    const { tenant, define, call, create } = await company();
    const id = await define('no', 'text', { computed: { kind: 'autoNumber' } });
    const { text, values } = beginSeries(
      tenant.id,
      id,
      engine.app.get(RecordRegistry).productObject('account'),
      { kind: 'autoNumber' },
    );
    await engine.admin.query(text, values as unknown[]);
    expect((await create({})).custom.no).toBe('00001');
    expect(
      (await call('POST', '/accounts', { name: 'B', parent: '018f0000-0000-7000-8000-000000000000' })).status,
    ).toBe(422);
    expect((await create({})).custom.no).toBe('00003');
  });
});
