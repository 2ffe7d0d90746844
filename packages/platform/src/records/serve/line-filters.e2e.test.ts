import { beforeEach, describe, expect, test } from 'vitest';
import { ordersStage } from '../testing/orders-stage.js';

const stage = ordersStage();
const { call, order, person } = stage;

const asks = (match: string, where: object, lines = 'lines') => ({ lines, match, where });
const query = (filter: object, who = stage.tenant) =>
  call('POST', '/orders/query', { filter, sort: 'name' }, {}, who);
async function names(filter: object): Promise<string[]> {
  const { status, body } = await query(filter);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.data.map(({ name }: { name: string }) => name);
}

describe('lists filtered by lines', () => {
  beforeEach(async () => {
    await stage.engine.admin.query('update sample_order set deleted_at = now()');
    const [anvil, bolt] = stage.items;
    const made = {
      A: [
        { item: anvil, quantity: 1, price: '10' },
        { item: bolt, quantity: 9, price: '2' },
      ],
      B: [{ item: bolt, quantity: 1 }],
      C: [],
    };
    for (const [name, lines] of Object.entries(made)) await order(lines, { name });
  });

  const of = (field: string, op: string, value?: unknown) => ({ field: `lines.${field}`, op, value });

  test('hold for any, none or every line, and one line must match all of it', async () => {
    const bolt = of('item', 'eq', stage.items[1]);
    const many = of('quantity', 'gt', 5);
    expect(await names(asks('any', bolt))).toEqual(['A', 'B']);
    expect(await names(asks('none', bolt))).toEqual(['C']);
    expect(await names(asks('every', bolt))).toEqual(['B', 'C']);
    expect(await names({ not: asks('every', bolt) })).toEqual(['A']);
    expect(await names(asks('any', { all: [bolt, many] }))).toEqual(['A']);
    expect(await names(asks('any', { all: [of('item', 'eq', stage.items[0]), many] }))).toEqual([]);
    expect(await names(asks('every', of('price', 'exists')))).toEqual(['A', 'C']);
    expect(await names({ all: [asks('any', bolt), { field: 'name', op: 'neq', value: 'A' }] })).toEqual([
      'B',
    ]);
    expect(await names(asks('any', { all: [] }))).toEqual(['A', 'B']);
    const counted = await call('POST', '/orders/aggregate', {
      filter: asks('any', bolt),
      measures: [{ fn: 'count' }],
    });
    expect([counted.status, counted.body.totals]).toEqual([200, [2]]);
  });

  test.each([
    [asks('some', { all: [] }), '?filter/match'],
    [asks('any', { all: [] }, 'parts'), '?filter/lines'],
    [asks('any', { field: 'name', op: 'exists' }), '?filter/where/field'],
    [asks('any', { field: 'lines.size', op: 'exists' }), '?filter/where/field'],
    [asks('any', { field: 'lines.note', op: 'exists' }), '?filter/where/field'],
    [asks('any', { field: 'lines.item.name', op: 'exists' }), '?filter/where/field'],
    [asks('any', asks('any', { all: [] })), '?filter/where'],
    [{ field: 'lines.quantity', op: 'eq', value: 1 }, '?filter/field'],
  ])('refuse what they cannot ask: %j', async (filter, at) => {
    const { status, body } = await query(filter);
    expect([status, body.errors.map((e: { pointer: string }) => e.pointer)]).toEqual([400, [at]]);
  });

  test.each([
    [{ 'lines.quantity': 'mask' }, 'lines.quantity'],
    [{ 'lines.quantity': 'hidden' }, 'lines.quantity'],
    [{ lines: 'hidden' }, 'lines'],
  ] as const)('refuse by name what the caller does not see in clear: %j', async (rules, named) => {
    const rep = await person(rules);
    for (const where of [of('quantity', 'gt', 5), of('quantity', 'lt', 5)]) {
      const { status, body } = await query(asks('any', where), rep);
      expect([status, body.code]).toEqual([422, 'fieldNotInClear']);
      expect(body.errors[0].message).toContain(`"${named}"`);
    }
    const { status } = await query(asks('any', of('item', 'eq', stage.items[0])), rep);
    expect(status).toBe('lines' in rules ? 422 : 200);
    if ('lines' in rules) expect((await query(asks('none', { all: [] }), rep)).status).toBe(422);
  });

  test('are no fields to group by or to measure', async () => {
    for (const [body, at] of [
      [{ groupBy: [{ field: 'lines.item' }] }, '/groupBy/0'],
      [{ measures: [{ fn: 'sum', field: 'lines.quantity' }] }, '/measures/0'],
    ] as const) {
      const { status, body: answer } = await call('POST', '/orders/aggregate', body);
      expect([status, answer.errors[0].code]).toEqual([422, 'lineField']);
      expect(answer.errors[0].pointer).toContain(at);
    }
  });

  test('are offered for the fields that they can ask about', async () => {
    const { fields } = (await call('GET', '/objects/order')).body.lines[0];
    expect(fields.filter((f: any) => f.filterable).map((f: any) => f.key)).toEqual([
      'lines.item',
      'lines.quantity',
      'lines.price',
      'lines.amount',
    ]);
  });
});
