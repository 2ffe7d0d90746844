import { describe, expect, test } from 'vitest';
import { dealsStage, problems } from './testing/deals-stage.js';

const { account, call, deal, product } = dealsStage();

const read = async (id: string) => (await call('GET', `/opportunities/${id}`)).body;
const patch = (id: string, body: object) => call('PATCH', `/opportunities/${id}`, body);
const lastEntry = async (id: string) => (await call('GET', `/opportunities/${id}/history`)).body.data[0];

describe('lines of an opportunity', () => {
  test('are created with it: prices come from the products, and the amount from the lines', async () => {
    const [p, q] = [await product({ price: '100' }), await product({ price: '9.99' })];
    const made = await deal({
      account: (await account()).id,
      lines: [{ product: p.id, quantity: 3, discount: 10 }, { product: q.id }],
    });
    expect(made).toMatchObject({ amount: '279.99', product: { id: p.id } });
    expect(made.name).toContain(p.name);
    expect(made.lines).toMatchObject([
      { product: { id: p.id }, quantity: '3', unitPrice: '100.00', discount: '10', amount: '270.00' },
      { product: { id: q.id }, quantity: '1', unitPrice: '9.99', discount: '0', amount: '9.99' },
    ]);
    expect((await call('GET', `/opportunities/${made.id}/lines`)).body).toMatchObject({
      data: made.lines,
      total: '279.99',
    });
  });

  test.each<['PATCH' | 'PUT', string]>([
    ['PATCH', ''],
    ['PUT', '/lines'],
  ])('take numbers in the same forms by %s', async (method, path) => {
    const p = await product({ price: '100' });
    const { id } = await deal();
    const set = (line: object) =>
      call(method, `/opportunities/${id}${path}`, { lines: [{ product: p.id, ...line }] });
    for (const quantity of [1.5, '1.50000', '+1.5'])
      expect((await set({ quantity, unitPrice: 9.5, discount: 12.5 })).status).toBe(200);
    expect((await read(id)).lines).toMatchObject([
      { quantity: '1.5', unitPrice: '9.50', discount: '12.5', amount: '12.47' },
    ]);
    for (const [line, code] of [
      [{ quantity: 0 }, 'belowMinimum'],
      [{ quantity: '1,5' }, 'notANumber'],
      [{ quantity: 0.1 + 0.2 }, 'inexactNumber'],
      [{ discount: 101 }, 'aboveMaximum'],
    ] as const)
      expect(problems((await set(line)).body)).toEqual({ [`/lines/0/${Object.keys(line)[0]}`]: code });
  });

  test('change the amount until somebody sets another one, and are in the history line by line', async () => {
    const p = await product({ price: '100' });
    const { id, lines } = await deal({ lines: [{ product: p.id }] });
    const changed = (await patch(id, { lines: [{ id: lines[0].id, quantity: '2' }] })).body;
    expect([changed.amount, changed.lines[0].id]).toEqual(['200.00', lines[0].id]);
    expect(await lastEntry(id)).toMatchObject({
      changes: { amount: { before: '100.00', after: '200.00' } },
      lines: {
        lines: [
          {
            id: lines[0].id,
            change: 'changed',
            changes: {
              quantity: { before: '1', after: '2' },
              amount: { before: '100.00', after: '200.00', origin: { kind: 'derived' } },
            },
          },
        ],
      },
    });
    await patch(id, { amount: '7' });
    expect((await patch(id, { lines: [] })).body).toMatchObject({ amount: '7.00', product: null });
  });

  test('follow the product that is set: the first line changes, appears or goes', async () => {
    const [p, q] = [await product({ price: '100' }), await product()];
    const { id } = await deal({ product: p.id });
    const first = (await read(id)).lines[0];
    expect(first).toMatchObject({ product: { id: p.id }, quantity: '1', unitPrice: null });
    await patch(id, { lines: [{ id: first.id, quantity: '4', unitPrice: '5' }, { product: q.id }] });
    const moved = (await patch(id, { product: q.id })).body;
    expect(moved.lines).toMatchObject([
      { id: first.id, product: { id: q.id }, quantity: '4', unitPrice: null, amount: null },
      { product: { id: q.id } },
    ]);
    const gone = (await patch(id, { product: null })).body;
    expect(gone.lines).toHaveLength(1);
    expect(gone.product).toEqual({ id: q.id, name: q.name });
  });

  test('given with their ids are merged with what others changed, else an old version is refused', async () => {
    const p = await product({ price: '10' });
    const { id, lines } = await deal({ lines: [{ product: p.id }, { product: p.id }] });
    const put = (given: object[]) =>
      call('PUT', `/opportunities/${id}/lines`, { lines: given }, { 'if-match': '"1"' });
    const [a, b] = lines;
    expect((await put([{ id: a.id, quantity: '2' }, { id: b.id }])).status).toBe(200);
    const merged = await put([{ id: a.id }, { id: b.id, quantity: '3' }]);
    expect(merged.body).toMatchObject({ total: '50.00', data: [{ quantity: '2' }, { quantity: '3' }] });
    expect((await put([{ product: p.id }])).status).toBe(412);
    expect((await put([{ id: a.id, quantity: '9' }, { id: b.id }])).status).toBe(412);
  });

  test('must be priced in the currency of the opportunity, and for more than nothing', async () => {
    const p = await product({ price: '10', currency: 'EUR' });
    const { id } = await deal();
    const answer = await patch(id, {
      lines: [{ product: p.id }, { product: p.id, unitPrice: '1', quantity: 0 }],
    });
    expect(problems(answer.body)).toEqual({
      '/lines/0/unitPrice': 'priceMissing',
      '/lines/1/quantity': 'belowMinimum',
    });
  });

  test('can be sent back as they were read', async () => {
    const p = await product({ price: '10' });
    const { id, version, lines } = await deal({ lines: [{ product: p.id }] });
    const sent = await patch(id, { lines });
    expect([sent.status, sent.body.version]).toEqual([200, version]);
  });
});
