/** The amount of a deal that is the sum of its lines: when it is, and who sees it. */
import { readFileSync } from 'node:fs';
import type { FieldPermission, Permission } from '@pellucid/platform/access';
import { sharedDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Colleague, TestPeople } from './testing/colleagues.js';
import { dealsStage } from './testing/deals-stage.js';

const stage = dealsStage();
const { call, deal, product } = stage;
let people: TestPeople;
/** A product for 100. */
let p: { id: string };

beforeAll(async () => {
  people = await TestPeople.of(await sharedDatabase(), stage.api, stage.company);
  p = await product({ price: '100' });
});
afterAll(() => people.end());

const read = async (id: string) => (await call('GET', `/opportunities/${id}`)).body;
const patch = async (id: string, body: object) => (await call('PATCH', `/opportunities/${id}`, body)).body;
const priced = (quantity: string) => deal({ lines: [{ product: p.id, quantity }] });

/** Somebody who may do everything with deals, but does not see some fields. */
async function somebody(...hidden: string[]): Promise<Colleague> {
  const permissions = ['opportunity', 'product', 'stage', 'account'].flatMap((object) =>
    ['read', 'create', 'update'].map((action): Permission => ({ object, action, scope: 'all' })),
  );
  const fields = hidden.map((field): FieldPermission => ({ object: 'opportunity', field, access: 'hidden' }));
  const colleague = await people.colleague([await people.role({ permissions, fields })]);
  await people.settle();
  return colleague;
}
const as = async (who: Colleague, method: string, path: string, body?: unknown) =>
  (await stage.api.call(method, path, { token: who.token, body })).body;

describe('the amount of a deal', () => {
  test('is the sum of its lines until somebody enters another one, and again once it is emptied', async () => {
    const { id, amount, lines } = await priced('2');
    expect(amount).toBe('200.00');
    expect((await patch(id, { lines: [{ id: lines[0].id, quantity: '3' }] })).amount).toBe('300.00');
    expect((await patch(id, { amount: '250' })).amount).toBe('250.00');
    expect((await patch(id, { lines: [{ id: lines[0].id, quantity: '4' }] })).amount).toBe('250.00');
    expect(await patch(id, { amount: null })).toMatchObject({ amount: '400.00', amountFromLines: true });
    expect((await patch(id, { lines: [{ id: lines[0].id, quantity: '5' }] })).amount).toBe('500.00');
    expect(await patch(id, { lines: [] })).toMatchObject({ amount: '500.00', amountFromLines: true });
    expect(await patch(id, { amount: null })).toMatchObject({ amount: null, amountFromLines: false });
  });

  test('is typed where it is given with the lines, even if it is their sum', async () => {
    const made = await deal({ amount: '200', lines: [{ product: p.id, quantity: '2' }] });
    expect(made).toMatchObject({ amount: '200.00', amountFromLines: false });
    const [line] = made.lines;
    expect((await patch(made.id, { lines: [{ id: line.id, quantity: '3' }] })).amount).toBe('200.00');
  });

  test('is made of the lines again by restoring a version in which it was', async () => {
    const { id, lines } = await priced('2');
    await patch(id, { amount: '7', lines: [{ id: lines[0].id, quantity: '1' }] });
    const back = await call('POST', `/opportunities/${id}/restore-version`, { version: 1 });
    expect(back.body).toMatchObject({ amount: '200.00', amountFromLines: true });
    const typedAgain = await call('POST', `/opportunities/${id}/restore-version`, { version: 2 });
    expect(typedAgain.body).toMatchObject({ amount: '7.00', amountFromLines: false });
  });

  test('comes back by restoring even if it cannot be made of the lines any more', async () => {
    const { id } = await priced('2');
    await patch(id, { lines: [] });
    await patch(id, { amount: '7' });
    const back = await call('POST', `/opportunities/${id}/restore-version`, { version: 2 });
    expect(back.body).toMatchObject({
      amount: '200.00',
      baseAmount: '200.00',
      amountFromLines: true,
      lines: [],
    });
  });
});

describe.each(['lines.quantity', 'lines.unitPrice', 'lines.discount', 'lines'])(
  'somebody who does not see %s',
  (hidden) => {
    test('sees the amounts that people entered, and none that is the sum of lines', async () => {
      const viewer = await somebody(hidden);
      const [sum, typed] = [await priced('2'), await deal({ amount: '70' })];
      const withheld = await as(viewer, 'GET', `/opportunities/${sum.id}`);
      for (const key of ['amount', 'baseAmount', 'rate', 'amountFromLines'])
        expect(withheld, key).not.toHaveProperty(key);
      expect(withheld.meta.access).toMatchObject({ amount: 'hidden', baseAmount: 'hidden' });
      expect(await as(viewer, 'GET', `/opportunities/${typed.id}`)).toMatchObject({
        amount: '70.00',
        baseAmount: '70.00',
      });
    });

    test('finds none by it, adds none up, and reads none in the history', async () => {
      const viewer = await somebody(hidden);
      const name = `Deal ${crypto.randomUUID()}`;
      const [sum, typed] = [await priced('2'), await deal({ amount: '70' })];
      for (const { id } of [sum, typed]) await patch(id, { name });
      const named = { field: 'name', op: 'eq', value: name };
      const found = async (body: object) =>
        (await as(viewer, 'POST', '/opportunities/query', body)).data.map((r: { id: string }) => r.id);
      const above = { all: [named, { field: 'amount', op: 'gt', value: '60' }] };
      expect(await found({ filter: above })).toEqual([typed.id]);
      for (const sort of ['amount', '-amount'])
        expect(await found({ filter: named, sort }), sort).toEqual([typed.id, sum.id]);
      const added = await as(viewer, 'POST', '/opportunities/aggregate', {
        filter: named,
        measures: [{ fn: 'sum', field: 'amount' }],
      });
      expect(JSON.stringify(added)).toContain('70');
      expect(JSON.stringify(added)).not.toContain('270');
      const history = await as(viewer, 'GET', `/opportunities/${sum.id}/history`);
      expect(JSON.stringify(history.data)).not.toContain('200.00');
      const then = await as(viewer, 'GET', `/opportunities/${sum.id}/as-of?version=1`);
      expect(then).not.toHaveProperty('amount');
    });

    test('is told why, and what they would need', async () => {
      const viewer = await somebody(hidden);
      const { id } = await priced('2');
      const why = await as(
        viewer,
        'GET',
        `/access/explain?object=opportunity&record=${id}&action=read&field=amount`,
      );
      expect(why).toMatchObject({ allowed: false, effect: 'hidden', wouldNeed: [{ code: 'needsSources' }] });
      expect(why.steps).toContainEqual(
        expect.objectContaining({
          code: 'fieldMadeOf',
          because: expect.stringContaining('"Quantity", "Unit price", "Discount %"'),
        }),
      );
    });

    test('learns nothing by guessing it', async () => {
      const viewer = await somebody(hidden);
      const answers = [];
      for (const amount of ['200.00', '300.00']) {
        const { id } = await priced('2');
        const { version, amount: shown } = await as(viewer, 'PATCH', `/opportunities/${id}`, { amount });
        const [entry] = (await as(viewer, 'GET', `/opportunities/${id}/history`)).data;
        answers.push([version, shown === amount, Object.keys(entry.changes).sort()]);
      }
      expect(answers[0]).toEqual(answers[1]);
      expect(answers[0]).toMatchObject([2, true, expect.arrayContaining(['amount'])]);
    });
  },
);

test.each(['lines.quantity', 'lines.unitPrice', 'lines.discount'])(
  'somebody who does not see %s makes no amount of the lines that they write',
  async (hidden) => {
    const author = await somebody(hidden);
    const body = { product: p.id, name: 'Own deal' };
    const { id } = await as(author, 'POST', '/opportunities', body);
    expect(await read(id)).toMatchObject({ amount: null, amountFromLines: false, product: { id: p.id } });
  },
);

test('whoever does not see the product of lines sees neither "Product" nor the lines', async () => {
  const viewer = await somebody('lines.product');
  const { id } = await priced('2');
  const seen = await as(viewer, 'GET', `/opportunities/${id}`);
  expect(seen.meta.access).toMatchObject({ product: 'hidden', lines: 'hidden', amount: 'hidden' });
  expect(seen).not.toHaveProperty('product');
  expect(seen).not.toHaveProperty('lines');
});

test('deals that were there before it was kept are marked by the migration', async () => {
  const sum = await priced('2');
  const typed = await deal({ amount: '70', lines: [{ product: p.id }] });
  const unpriced = await deal({ lines: [{ product: (await product()).id }] });
  const none = await deal({ amount: '5' });
  const owner = new pg.Client({ connectionString: (await sharedDatabase()).ownerUrl });
  await owner.connect();
  const sql = readFileSync(
    new URL('../../../prisma/migrations/20261129223000_amount_from_lines/migration.sql', import.meta.url),
    'utf8',
  );
  try {
    const ids = [sum, typed, unpriced, none].map(({ id }) => id);
    await owner.query('begin');
    await owner.query('update opportunity set amount_from_lines = false where id = any($1)', [ids]);
    await owner.query(sql.slice(sql.indexOf('UPDATE')));
    const { rows } = await owner.query(
      'select id from opportunity where amount_from_lines and id = any($1)',
      [ids],
    );
    expect(rows.map(({ id }) => id).sort()).toEqual([sum.id, unpriced.id].sort());
  } finally {
    await owner.query('rollback');
    await owner.end();
  }
});
