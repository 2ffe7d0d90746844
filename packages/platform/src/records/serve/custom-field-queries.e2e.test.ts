import {
  checkCondition,
  compileEvaluator,
  type Condition,
  FIELD_TYPE_NAMES,
  type FieldType,
  OPERATORS,
  operatorsFor,
} from '@pellucid/conditions';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { TenantPool } from '../../db/tenant-pool.js';
import { comparedReader, ownFields } from '../decide/scope-sql.js';
import { type FieldDescriptor, fieldNorm } from '../describe/index.js';
import { RecordViews } from '../read/record-views.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';

let engine: EngineApp;
let tenant: EngineTenant;

/** Settings and some values of each type; null is always one more. References point at teams. */
const POOLS: Record<FieldType, { settings: object; values: unknown[] }> = {
  text: { settings: {}, values: ['Äpfel', 'apfel', 'Birne 10 %', 'a_b', ' ', 'ßa'] },
  longText: { settings: {}, values: ['one\ntwo', 'Zwei'] },
  richText: { settings: {}, values: [paragraph('one two'), paragraph('Zwei')] },
  number: { settings: { scale: 2 }, values: [0, -1.5, 12.25, 900_719_925.01, 3] },
  money: { settings: { currency: 'EUR' }, values: ['0', '-10.5', '999999999999.99', '10.50', '7'] },
  percent: { settings: { scale: 1 }, values: ['0', '-2.5', '100', '12.5'] },
  boolean: { settings: {}, values: [true, false] },
  date: { settings: {}, values: ['1999-12-31', '2026-11-29', '2026-12-01', '0001-01-01'] },
  datetime: {
    settings: {},
    values: ['2026-11-28T23:30:00.000Z', '2026-11-29T00:00:00.000Z', '1970-01-01T00:00:00.001Z'],
  },
  select: { settings: { options: ['A', 'a b', 'Ü'].map(option) }, values: ['A', 'a b', 'Ü'] },
  multiSelect: {
    settings: { options: ['x', 'y', 'z'].map(option) },
    values: [['x'], ['x', 'z'], ['y', 'z'], []],
  },
  email: { settings: {}, values: ['a@example.com', 'B@Example.com', 'ü@exämple.de'] },
  phone: { settings: {}, values: ['+49 30 1234567', '030 1234567', '+1 212 555 0100'] },
  url: { settings: {}, values: ['https://example.com/a', 'https://example.com/A', 'http://bücher.de'] },
  reference: { settings: { references: 'team' }, values: [] },
  anyReference: { settings: {}, values: [] },
  links: { settings: {}, values: [] },
};
/** A document with one line. */
function paragraph(text: string) {
  return { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] };
}
function option(value: string) {
  return { value, label: value };
}
/** Every type without an index of its values, and with one. */
const NAMES = FIELD_TYPE_NAMES.flatMap((type) => [
  { type, name: type },
  { type, name: `${type}Indexed` },
]);

/** An object of the product and one that the company made, with the number of runs of properties. */
const OBJECTS = [
  { key: 'account', path: '/accounts', runs: 2 },
  { key: 'vehicle', path: '/vehicles', runs: 1 },
];

const call = (method: string, url: string, body?: unknown) => engine.call(tenant, method, url, body);

beforeAll(async () => {
  engine = await startEngine();
  tenant = await engine.tenant();
  for (const name of ['Nord', 'Süd']) {
    const { id } = (await call('POST', '/teams', { name })).body;
    POOLS.reference.values.push(id);
    POOLS.anyReference.values.push(`team/${id}`);
    POOLS.links.values.push([`team/${id}`]);
  }
  await engine.defineObject(tenant, { name: 'vehicle', plural: 'vehicles' });
  for (const { key } of OBJECTS)
    for (const { type, name } of NAMES)
      await engine.defineField(tenant, {
        object: key,
        name,
        type,
        settings: { ...POOLS[type].settings, isIndexed: name !== type },
      });
});
afterAll(() => engine.close());

const contextOf = (key: string) => engine.as(tenant, () => engine.records.reader.contextFor(key));

/** More than the largest pool has values, with null. */
const LEAST_ROWS = 8;

/**
 * A record for each element, with a value from the pool of each field, or none. The first ones have each value of every pool
 * between them, so that some condition on each field tells records apart.
 */
const records = fc
  .array(fc.record(Object.fromEntries(NAMES.map(({ name }) => [name, fc.nat()]))), {
    minLength: LEAST_ROWS,
    maxLength: 14,
  })
  .map((rows) =>
    rows.map((numbers, row) =>
      Object.fromEntries(
        NAMES.map(({ type, name }) => {
          const choices = [null, ...POOLS[type].values];
          const n = row < choices.length ? rows[0]![name]! + row : numbers[name]!;
          return [name, choices[n % choices.length]];
        }),
      ),
    ),
  );

/** Replaces all records of an object, and returns their ids. */
async function fill(path: string, rows: Record<string, unknown>[]): Promise<string[]> {
  const all = (await call('POST', `${path}/query`, { limit: 200, fields: ['name'] })).body.data;
  if (all.length) await call('POST', `${path}/bulk`, { action: 'delete', ids: all.map((r: any) => r.id) });
  const { body } = await call('POST', `${path}/bulk`, {
    action: 'create',
    rows: rows.map((custom, n) => ({ name: `Row ${n}`, custom })),
  });
  expect(body.counts).toMatchObject({ created: rows.length });
  return body.results.map((r: any) => r.id);
}

/** Returns conditions on a field with every operator of its type, and values from its pool. */
function conditionsOn(type: FieldType, name: string): Condition[] {
  const { values } = POOLS[type];
  const items = values.flat() as string[];
  return operatorsFor(type).flatMap((op): Condition[] => {
    const field = `custom.${name}`;
    switch (OPERATORS[op].arity) {
      case 'none':
        return [{ field, op } as Condition, { not: { field, op } } as Condition];
      case 'list':
        return [{ field, op, value: items.slice(0, 2) } as Condition];
      case 'two':
        return [{ field, op, value: [items[1]!, items[2] ?? items[1]!] } as Condition];
      case 'days':
        return [{ field, op, value: 3 } as Condition];
      default:
        return items.flatMap((value) => [
          { field, op, value } as Condition,
          { not: { field, op, value } } as Condition,
        ]);
    }
  });
}

describe.each(OBJECTS)('lists of custom fields of $path', ({ key, path, runs }) => {
  it('find what the condition says of each record in memory, for every type and operator', async () => {
    const { descriptor, clock } = await contextOf(key);
    const resolver = ownFields(descriptor);
    const told = new Set<string>();
    await fc.assert(
      fc.asyncProperty(records, async (rows) => {
        const ids = await fill(path, rows);
        const views = await engine.as(tenant, () => engine.app.get(RecordViews).viewsOf(key, ids));
        for (const { type, name } of NAMES)
          for (const condition of conditionsOn(type, name)) {
            if (checkCondition(condition, resolver).length) continue;
            const holds = compileEvaluator(condition, resolver, clock);
            const expected = ids.filter((id) => holds(comparedReader(descriptor, views.get(id)!.state)));
            const { status, body } = await call('POST', `${path}/query`, {
              filter: condition,
              limit: 200,
              fields: ['name'],
            });
            expect({ condition, status, found: body.data?.map((r: any) => r.id).sort() }).toEqual({
              condition,
              status: 200,
              found: expected.sort(),
            });
            if (expected.length && expected.length < ids.length) told.add(name);
          }
      }),
      { numRuns: runs, endOnFailure: true },
    );
    // Some condition on each field that can be filtered tells records apart.
    const filterable = NAMES.filter(({ name }) => descriptor.byKey.get(`custom.${name}`)!.filterable);
    expect([...told].sort()).toEqual(filterable.map(({ name }) => name).sort());
  });

  it('have the order of the compared values, empty ones last, over all pages', async () => {
    const { descriptor } = await contextOf(key);
    const sortable = descriptor.fields.filter((f) => f.custom && f.sortable);
    expect(sortable.map((f) => f.type)).toEqual(
      expect.arrayContaining(['text', 'number', 'date', 'reference']),
    );
    await fc.assert(
      fc.asyncProperty(records, async (rows) => {
        await fill(path, rows);
        for (const f of sortable)
          for (const sign of ['', '-']) {
            const keys: unknown[] = [];
            const seen: string[] = [];
            for (let cursor: string | undefined; ; ) {
              const { body } = await call('POST', `${path}/query`, {
                sort: `${sign}${f.key}`,
                limit: 3,
                ...(cursor ? { cursor } : {}),
              });
              for (const record of body.data) {
                const value = record.custom[f.custom!.name];
                seen.push(record.id);
                keys.push(value === null ? null : sortKey(f, value));
              }
              cursor = body.page.nextCursor ?? undefined;
              if (!cursor) break;
            }
            expect(new Set(seen).size, f.key).toBe(rows.length);
            expect({ sort: sign + f.key, keys }).toEqual({
              sort: sign + f.key,
              keys: inOrder(keys, sign === '-'),
            });
          }
      }),
      { numRuns: runs, endOnFailure: true },
    );
  });

  it('are read back as they were written, from the record and from its history', async () => {
    const { descriptor } = await contextOf(key);
    const plain = (value: any): unknown =>
      Array.isArray(value)
        ? value.map(plain).sort()
        : value && typeof value === 'object'
          ? 'content' in value
            ? JSON.stringify(value)
            : 'object' in value
              ? `${value.object}/${value.id}`
              : value.id
          : value;
    await fc.assert(
      fc.asyncProperty(records, async (rows) => {
        const ids = await fill(path, rows);
        for (const [n, id] of ids.slice(0, 4).entries()) {
          const written: Record<string, unknown> = {};
          for (const { name } of NAMES) {
            const f = descriptor.byKey.get(`custom.${name}`)!;
            const value = rows[n]![name] ?? null;
            const isBlank = value === null || value === ' ';
            const parsed = isBlank ? (f.traits.isList ? [] : null) : f.traits.codec.parse(value, f);
            written[name] = plain(parsed);
          }
          const shown = (custom: Record<string, unknown>) =>
            Object.fromEntries(NAMES.map(({ name }) => [name, amountless(plain(custom[name]), name)]));
          const expected = shown(written);
          expect(shown((await call('GET', `${path}/${id}`)).body.custom)).toEqual(expected);
          const { changes } = (await call('GET', `${path}/${id}/history`)).body.data.at(-1);
          const logged = Object.fromEntries(
            NAMES.map(({ name }) => {
              const empty = descriptor.byKey.get(`custom.${name}`)!.traits.isList ? [] : null;
              return [name, changes[`custom.${name}`]?.after ?? empty];
            }),
          );
          expect(shown(logged)).toEqual(expected);
        }
      }),
      { numRuns: runs, endOnFailure: true },
    );
  });

  /** Amounts are shown with the decimals of their currency. */
  function amountless(value: unknown, name: string): unknown {
    return name.startsWith('money') && typeof value === 'string' && value.includes('.')
      ? value.replace(/\.?0+$/, '')
      : value;
  }

  it('may be sorted by a key that is repeated', async () => {
    await fill(path, [{ dateIndexed: '2026-01-02' }, { dateIndexed: '2026-01-01' }]);
    for (const sort of ['custom.dateIndexed', 'custom.dateIndexed,-custom.dateIndexed']) {
      const { status, body } = await call('POST', `${path}/query`, { sort });
      expect([sort, status]).toEqual([sort, 200]);
      expect(body.data.map((r: any) => r.custom.dateIndexed)).toEqual(['2026-01-01', '2026-01-02']);
    }
  });

  function sortKey(f: FieldDescriptor, value: any): string | bigint {
    if (f.references) return String(value.name).normalize('NFKD').toLowerCase();
    if (f.storage.norm) return fieldNorm(f, value)!;
    const stored = f.traits.codec.toColumn(value, f);
    return f.traits.sqlType === 'bigint' ? BigInt(String(stored)) : String(stored);
  }

  function inOrder(keys: unknown[], isDescending: boolean): unknown[] {
    const some = keys.filter((key) => key !== null) as string[];
    const compare = (a: string | bigint, b: string | bigint) => (a < b ? -1 : a > b ? 1 : 0);
    some.sort((a, b) => (isDescending ? compare(b, a) : compare(a, b)));
    return [...some, ...keys.filter((key) => key === null)];
  }
});

describe('lists that start from an index of values', () => {
  it('are planned for the company that asks', async () => {
    const pool = engine.app.get(TenantPool);
    const read = vi.spyOn(pool, 'read');
    onTestFinished(() => read.mockRestore());
    const isPlannedOnce = async (sort: string) => {
      read.mockClear();
      expect((await call('GET', `/accounts?sort=${sort}`)).status).toBe(200);
      return read.mock.calls.map(([statements]) => statements[0]).find((s) => s?.text.includes(' order by '))
        ?.plannedOnce;
    };
    // A plan for any company took 160 times as long: it joined and sorted all rows.
    expect(await isPlannedOnce('custom.numberIndexed')).toBe(false);
    expect(await isPlannedOnce('name')).toBe(true);
  });
});
