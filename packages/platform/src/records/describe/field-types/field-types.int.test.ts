/**
 * Every field type on its way from input to storage and back, through filters, order, masking and files. Values are drawn by
 * family, so a new type of a known family is tested without a change here.
 */
import { hkdfSync } from 'node:crypto';
import {
  checkCondition,
  compileEvaluator,
  type Condition,
  FIELD_TYPE_NAMES,
  isRelativeOperator,
  OPERATORS,
  type Operator,
  operatorsFor,
  readerOf,
  toSql,
} from '@pellucid/conditions';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newContext, runInContext } from '../../../context/index.js';
import { TenantPool } from '../../../db/index.js';
import { Masker } from '../../../masking/index.js';
import { type TestDatabase, testDatabase } from '../../../testing/index.js';
import { columnSql, infoOf } from '../../decide/scope-sql.js';
import { UNLIMITED } from '../../decide/access-policy.js';
import { presentRecord } from '../../read/presenter.js';
import type { LoadedRecord } from '../../read/read-plan.js';
import type { ColumnConventions } from '../cells/cell-form.js';
import { defineRecord, type FieldDescriptor, makeField } from '../descriptor.js';
import { columnsOf, declaredFor, sampleValues } from '../../testing/type-values.js';
import { emptyOf, fieldNorm, isBlankValue } from '../field-values.js';

const tenantId = '0190a000-0000-7000-8000-00000000000f';
const fields = FIELD_TYPE_NAMES.map((type) => makeField(type, `${type}Value`, type, declaredFor(type)));
const sample = defineRecord(
  { key: 'sample', plural: 'samples', label: 'Sample', pluralLabel: 'Samples', table: 'type_sample', fields },
  [],
);

/** Returns comparisons of the field by an operator, with values that some of its records have. */
function conditionsWith(op: Operator, f: FieldDescriptor, values: unknown[]): Condition[] {
  const ask = (value?: unknown) => ({ field: f.key, op, ...(value === undefined ? {} : { value }) });
  const asked = [...new Set(values.flat())];
  switch (OPERATORS[op].arity) {
    case 'none':
      return isRelativeOperator(op) ? [ask()] : [ask(), ask(true), ask(false)];
    case 'days':
      return [ask(0), ask(3)];
    case 'list':
      return [...asked.map((value) => ask([value])), ask(asked.slice(0, 2))];
    case 'two':
      return asked.flatMap((low) =>
        asked.flatMap((high) => (isInOrder(f, low, high) ? [ask([low, high])] : [])),
      );
    case 'one': {
      const isPart = f.traits.family === 'text' && (op === 'contains' || op.endsWith('with'));
      const parts = (text: string) => [text, text.slice(0, 5), text.slice(-5), text.slice(2, 7)];
      return (isPart ? asked.flatMap((text) => parts(text as string)) : asked).map(ask);
    }
  }
}

/** Whether a value of the field comes before another one, or is equal to it. */
function isInOrder(f: FieldDescriptor, a: unknown, b: unknown): boolean {
  if (f.traits.family === 'decimal' || f.traits.family === 'boolean') return Number(a) <= Number(b);
  const form = (value: unknown) => Buffer.from(f.storage.norm ? fieldNorm(f, value)! : String(value));
  return Buffer.compare(form(a), form(b)) <= 0;
}

const CLOCK = { now: new Date('2026-03-29T12:00:00Z'), zone: 'Europe/Berlin' };
/** How files are read that the product wrote. */
const CONVENTIONS: ColumnConventions = {
  dateOrder: 'YMD',
  decimalMark: '.',
  isByLocale: false,
  zone: 'UTC',
  baseCurrency: 'BHD',
};

let database: TestDatabase;
let pool: TenantPool;
const query = async (text: string, values: unknown[] = []) =>
  (await runInContext(newContext({ correlationId: 'test', tenantId }), () => pool.query({ text, values })))
    .rows;
/** For each field, its values as they came back from the database, by the number of their row; the last is empty. */
const stored = new Map<string, Map<number, unknown>>();

beforeAll(async () => {
  database = await testDatabase();
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const columns = fields.flatMap(columnsOf);
  await owner.query(`create table type_sample (field text, n int, ${columns.join(', ')})`);
  await owner.query('grant select, insert on type_sample to pellucid_app');
  await owner.query(`insert into tenant (id, name, subdomain) values ($1, 'types', 'types')`, [tenantId]);
  await owner.end();
  pool = new TenantPool({ connectionString: database.appUrl, max: 1 });
  const rows = fields.flatMap((f) =>
    [...sampleValues(f), emptyOf(f)].map((value, n) => {
      const row: Record<string, unknown> = { field: f.key, n };
      const column = value === null ? null : f.traits.codec.toColumn(value, f);
      f.storage.put(row, column, f.storage.norm ? fieldNorm(f, value) : null);
      return row;
    }),
  );
  await query('insert into type_sample select * from json_populate_recordset(null::type_sample, $1)', [
    JSON.stringify(rows),
  ]);
  for (const f of fields) {
    const select = f.storage.select('t', () => 'null');
    const read = await query(`select n, ${select} as raw from type_sample t where field = $1`, [f.key]);
    const fromRaw = (raw: unknown) => (raw === null ? emptyOf(f) : f.traits.codec.fromColumn(raw, f));
    stored.set(f.key, new Map(read.map(({ n, raw }) => [n, fromRaw(raw)])));
  }
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe.each(fields.map((f) => [f.type, f] as const))('%s', (_, f) => {
  const { traits } = f;
  const { codec, masking, cell } = traits;
  const values = sampleValues(f);
  const filled = values.filter(
    (value) => !isBlankValue(value, f) && !(traits.isList && !(value as []).length),
  );

  test('a value comes back from the database as it was, and parsing it again changes nothing', () => {
    expect(filled.length).toBeGreaterThan(1);
    for (const [n, value] of values.entries()) {
      expect(stored.get(f.key)!.get(n)).toEqual(value);
      expect(codec.parse(value, f)).toEqual(value);
    }
    expect(stored.get(f.key)!.get(values.length)).toEqual(emptyOf(f));
  });

  test('what is presented fits the schema of answers and can be sent back', () => {
    for (const value of values) {
      const record = { id: 'r', version: 1, state: { [f.key]: value }, names: { [f.key]: 'Ann' }, links: {} };
      const context = { descriptor: sample, access: UNLIMITED, baseCurrency: 'BHD' };
      const shown = presentRecord(record as unknown as LoadedRecord, context, [f])[f.key];
      expect(codec.output(f).safeParse(shown)).toMatchObject({ success: true });
      expect(codec.parse(shown, f)).toEqual(value);
    }
  });

  test.runIf(f.filterable).each(operatorsFor(f.type))(
    '%s selects the same in memory and in SQL',
    async (op) => {
      let telling = 0;
      for (const condition of conditionsWith(op, f, filled)) {
        const resolver = { field: () => infoOf(f) };
        expect(checkCondition(condition, resolver)).toEqual([]);
        const params: unknown[] = [];
        const where = toSql(condition, {
          param: (value) => `$${params.push(value) + 1}`,
          clock: CLOCK,
          resolver,
          column: () => columnSql(sample, f, 't'),
        });
        const found = await query(`select n from type_sample t where field = $1 and (${where}) order by n`, [
          f.key,
          ...params,
        ]);
        const holds = compileEvaluator(condition, resolver, CLOCK);
        const rows = [...stored.get(f.key)!].sort(([a], [b]) => a - b);
        const expected = rows.filter(([, value]) => holds(readerOf({ [f.key]: value }))).map(([n]) => n);
        expect({ condition, rows: found.map(({ n }) => n) }).toEqual({ condition, rows: expected });
        if (expected.length > 0 && expected.length < rows.length) telling++;
      }
      // Relative dates tell none of these values apart, on whatever day they are compared.
      if (!isRelativeOperator(op)) expect(telling).toBeGreaterThan(0);
    },
  );

  test.runIf(f.sortable)('lists are ordered by what filters compare', async () => {
    const { norm, value } = f.storage;
    const by = norm ? norm('t') : `${value('t')}${traits.sqlType === 'text' ? ' collate "C"' : ''}`;
    const rows = await query(`select n from type_sample t where field = $1 order by ${by} nulls last`, [
      f.key,
    ]);
    const order = rows.map(({ n }) => stored.get(f.key)!.get(n));
    expect(order.pop()).toBeNull();
    for (const [i, next] of order.slice(1).entries())
      expect(isInOrder(f, order[i], next), `${String(order[i])} before ${String(next)}`).toBe(true);
  });

  test('every strategy hides the value, and keeps nothing that it could be told by', () => {
    expect(masking.strategies).toContain(masking.byDefault);
    const masker = new Masker({
      stable: (purpose, salt) => Buffer.from(hkdfSync('sha256', 'root', salt ?? '', purpose, 32)),
    });
    for (const strategy of masking.strategies)
      for (const value of filled) {
        const masked = masker.mask(tenantId, 'sample', f, strategy, value);
        if (masking.partial) expect(masked).not.toContain(value);
        else expect(masked).toEqual(emptyOf(f));
      }
  });

  test.runIf(traits.family !== 'reference')('a value written to a file is read back as it was', () => {
    for (const value of filled) {
      const text = cell.write(value, f);
      const again = (written: string) => codec.parse(cell.read(written, f, CONVENTIONS, false), f);
      expect(again(text)).toEqual(value);
      if (cell.clear) expect(again(cell.clear(text, CONVENTIONS))).toEqual(value);
    }
  });
});
