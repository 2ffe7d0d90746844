import { describe, expect, test, vi } from 'vitest';
import { UnitOfWork } from '../../db/unit-of-work.js';
import { newId } from '../describe/index.js';
import { type Line, ordersStage } from '../testing/orders-stage.js';

const stage = ordersStage();
const { call, order, read, three, patch, short, history, person } = stage;

describe('lines are read and written as part of their record', () => {
  test('a record is created with lines, which have ids, an order, names and amounts in its currency', async () => {
    const made = await three();
    expect(short(made.lines)).toEqual(['Anvil 1', 'Bolt 2', 'Chain 3']);
    expect(made.lines[1]).toEqual({
      id: expect.any(String),
      item: { id: stage.items[1], name: 'Bolt' },
      quantity: '2',
      price: '10.00',
      amount: '20.00',
      note: null,
    });
    expect(made.total).toBe('60.00');
    expect(await read(made.id)).toEqual(made);
  });

  test('given ids are kept and changed, lines without one are new, missing ones go, and the order is the given one', async () => {
    const { id, lines } = await three();
    const [a, , c] = lines;
    const { body } = await patch(id, {
      lines: [{ id: c!.id }, { item: stage.items[1], quantity: 9 }, { id: a!.id, quantity: 5 }],
    });
    expect(short(body.lines)).toEqual(['Chain 3', 'Bolt 9', 'Anvil 5']);
    expect([body.lines[0].id, body.lines[2].id]).toEqual([c!.id, a!.id]);
    expect([body.version, body.total]).toEqual([2, '80.00']);
    expect((await read(id)).lines).toEqual(body.lines);
  });

  test('lists bring lines only if they are asked for', async () => {
    const { id, lines } = await three();
    const filter = encodeURIComponent(JSON.stringify({ field: 'total', op: 'eq', value: '60' }));
    const list = async (more: string) =>
      (await call('GET', `/orders?filter=${filter}${more}`)).body.data.find((o: any) => o.id === id);
    expect('lines' in (await list(''))).toBe(false);
    const asked = await list('&fields=name,lines');
    expect(asked.lines).toEqual(lines);
    expect('total' in asked).toBe(false);
    expect((await call('GET', '/orders?fields=lines.quantity')).status).toBe(400);
  });

  test('what was read can be sent back, and changes nothing', async () => {
    const { id, lines } = await three();
    const { status, body } = await patch(id, { lines });
    expect([status, body.version]).toEqual([200, 1]);
  });

  test('a change of something else answers with the lines, without names that the author does not see', async () => {
    const { id, lines } = await three();
    const { body } = await patch(id, { name: 'New' });
    expect(body).toEqual({ ...(await read(id)), name: 'New' });
    expect(body.lines).toEqual(lines);
    const rep = await person({}, ['order']);
    const changed = await call('PATCH', `/orders/${id}`, { name: 'Newer' }, {}, rep);
    const { body: seen } = await call('GET', `/orders/${id}`, undefined, {}, rep);
    expect(changed.body).toEqual(seen);
    expect(seen.lines[0].item).toEqual({ id: stage.items[0], name: '' });
    expect(seen.meta.access['lines.item']).toBe('mask');
    const commit = vi.spyOn(UnitOfWork.prototype, 'commitWith');
    await patch(id, { name: 'Newest' });
    const last = commit.mock.calls.flatMap(([statements]) =>
      statements.map((s) => ('text' in s ? s.text : '')),
    );
    commit.mockRestore();
    expect(last.length).toBeGreaterThan(0);
    expect(last.filter((text) => text.includes('sample_order_line'))).toEqual([]);
  });

  test('problems name the line and its field', async () => {
    const { id, lines } = await three();
    const problems = async (given: unknown) => {
      const { status, body } = await patch(id, { lines: given });
      return [status, ...(body.errors ?? []).map((e: any) => `${e.pointer} ${e.code}`)];
    };
    expect(await problems('none')).toEqual([422, '/lines wrongType']);
    expect(await problems([{ quantity: 1 }])).toEqual([422, '/lines/0/item required']);
    expect(await problems([{ id: lines[0]!.id }, { item: newId() }])).toEqual([
      422,
      '/lines/1/item referenceMissing',
    ]);
    expect(await problems([{ id: newId() }])).toEqual([422, '/lines/0/id lineMissing']);
    expect(await problems([{ id: lines[0]!.id, amount: '7' }])).toEqual([
      422,
      '/lines/0/amount readOnlyField',
    ]);
    expect(await problems([{ item: stage.items[0], price: '1.001' }])).toEqual([
      422,
      '/lines/0/price tooPrecise',
    ]);
    expect(await problems([{ item: stage.items[0], colour: 'red' }])).toEqual([
      422,
      '/lines/0/colour unknownField',
    ]);
    expect(await problems([lines[0], lines[0]])).toEqual([422, '/lines/1/id givenTwice']);
    expect(await problems(Array.from({ length: 21 }, () => ({ item: stage.items[0] })))).toEqual([
      422,
      '/lines tooMany',
    ]);
    expect((await read(id)).version).toBe(1);
  });

  test('an amount must fit the currency of the record, also when only that changes', async () => {
    const { id } = await order([{ item: stage.items[0], price: '1.5' }]);
    const { status, body } = await patch(id, { currency: 'JPY' });
    expect([status, body.errors.map((e: any) => `${e.pointer} ${e.code}`)]).toEqual([
      422,
      ['/total tooPrecise', '/lines/0/price tooPrecise', '/lines/0/amount tooPrecise'],
    ]);
  });

  test('a line that the database refuses leaves record and lines as they were', async () => {
    const { id, lines } = await three();
    const { status } = await patch(id, { name: 'New', lines: [{ id: lines[0]!.id, quantity: 1_000_000 }] });
    expect(status).toBe(422);
    expect(await read(id)).toMatchObject({ name: 'Order', version: 1, lines });
  });

  test('a repeated request adds its lines once', async () => {
    const { id } = await order([]);
    const send = () =>
      call(
        'PATCH',
        `/orders/${id}`,
        { lines: [{ item: stage.items[0] }] },
        { 'idempotency-key': `lines-${id}` },
      );
    expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
    expect(await read(id)).toMatchObject({ version: 2, lines: [{ quantity: '1' }] });
  });

  test('a frozen record keeps its lines', async () => {
    const { id } = await order([{ item: stage.items[0] }], { status: 'sent' });
    expect((await patch(id, { lines: [] })).body.code).toBe('orderSent');
  });

  test('another company’s lines are neither read nor taken over', async () => {
    const { lines } = await three();
    const other = await stage.engine.tenant('Other');
    const made = await call('POST', '/orders', { name: 'Theirs' }, {}, other);
    const taken = await call(
      'PATCH',
      `/orders/${made.body.id}`,
      { lines: [{ id: lines[0]!.id }] },
      {},
      other,
    );
    expect(taken.body.errors[0].code).toBe('lineMissing');
  });

  test('objects say which lines they own', async () => {
    const { body } = await call('GET', '/objects/order');
    expect(body.lines).toMatchObject([{ key: 'lines', label: 'Order lines', max: 20, readOnly: false }]);
    expect(body.lines[0].fields.map((f: any) => [f.key, f.label, f.required, f.readOnly])).toEqual([
      ['lines.item', 'Item', true, false],
      ['lines.quantity', 'Quantity', false, false],
      ['lines.price', 'Price', false, false],
      ['lines.amount', 'Amount', false, true],
      ['lines.note', 'Note', false, false],
    ]);
    expect((await call('GET', '/objects/account')).body.lines).toEqual([]);
  });
});

describe('two people change lines of the same version', () => {
  test('changes of different lines, and of different fields of a line, are merged', async () => {
    const { id, lines } = await three();
    const [a, b, c] = lines;
    await patch(
      id,
      {
        lines: [
          { id: a!.id, quantity: 7 },
          { id: b!.id },
          { id: c!.id },
          { item: stage.items[0], quantity: 4 },
        ],
      },
      1,
    );
    const { status, body } = await patch(id, { lines: [{ ...a, price: '3' }, { ...b, quantity: 8 }, c] }, 1);
    expect(status).toBe(200);
    expect(short(body.lines)).toEqual(['Anvil 7', 'Bolt 8', 'Chain 3', 'Anvil 4']);
    expect(body.lines[0]).toMatchObject({ price: '3.00', amount: '21.00' });
  });

  test('the same field of the same line is a conflict that shows the three values', async () => {
    const { id, lines } = await three();
    const [a, b, c] = lines;
    const give = (quantity: number) => ({ lines: [{ id: a!.id, quantity }, { id: b!.id }, { id: c!.id }] });
    await patch(id, give(7), 1);
    const { status, body } = await patch(id, give(8), 1);
    expect([status, body.code]).toEqual([412, 'versionStale']);
    expect([body.current, body.yours, body.original]).toEqual([
      { version: 2, lines: { [a!.id]: { quantity: '7' } } },
      { version: 1, lines: { [a!.id]: { quantity: '8' } } },
      { version: 1, lines: { [a!.id]: { quantity: '1' } } },
    ]);
    expect((await patch(id, give(7), 1)).status).toBe(200);
  });

  test('a line that one removes and the other changes is a conflict; removed by both, it is gone', async () => {
    const { id, lines } = await three();
    const [a, b, c] = lines;
    await patch(id, { lines: [a, c] }, 1);
    const gone = await patch(id, { lines: [a, { ...b, quantity: 9 }, c] }, 1);
    expect([gone.status, gone.body.current, gone.body.yours, gone.body.original]).toEqual([
      412,
      { version: 2, lines: { [b!.id]: null } },
      { version: 1, lines: { [b!.id]: { quantity: '9' } } },
      { version: 1, lines: { [b!.id]: { quantity: '2' } } },
    ]);
    const both = await patch(id, { lines: [{ ...a, quantity: 6 }, c] }, 1);
    expect(short(both.body.lines)).toEqual(['Anvil 6', 'Chain 3']);
    const other = await three();
    const [d, e, f] = other.lines;
    await patch(other.id, { lines: [d, { ...e, quantity: 9 }, f] }, 1);
    const removed = await patch(other.id, { lines: [d, f] }, 1);
    expect([removed.status, removed.body.current.lines, removed.body.yours.lines]).toEqual([
      412,
      { [e!.id]: { quantity: '9' } },
      { [e!.id]: null },
    ]);
  });

  test('lines that both added count together', async () => {
    const { id, lines } = await order(Array.from({ length: 12 }, () => ({ item: stage.items[0] })));
    const more = Array.from({ length: 6 }, () => ({ item: stage.items[1] }));
    expect((await patch(id, { lines: [...lines, ...more] }, 1)).status).toBe(200);
    const { status, body } = await patch(id, { lines: [...lines, ...more] }, 1);
    expect([status, body.errors]).toMatchObject([422, [{ pointer: '/lines', code: 'tooMany' }]]);
    expect((await read(id)).lines).toHaveLength(18);
  });

  test('lines that only one of them moved or added keep their place', async () => {
    const { id, lines } = await three();
    const [a, b, c] = lines;
    await patch(id, { lines: [c, a, b] }, 1);
    const { body } = await patch(id, { lines: [a, { item: stage.items[2], quantity: 9 }, b, c] }, 1);
    expect(short(body.lines)).toEqual(['Chain 3', 'Anvil 1', 'Chain 9', 'Bolt 2']);
  });
});

describe('lines hold on to what they refer to', () => {
  test('an item in use is deleted only with its lines, which come back when it is restored', async () => {
    const item = (await call('POST', '/accounts', { name: 'Drill' })).body.id;
    const { id, lines } = await order([
      { item: stage.items[0] },
      { item, quantity: 2 },
      { item: stage.items[1] },
    ]);
    const refused = await call('DELETE', `/accounts/${item}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'referenced']);
    expect(refused.body.referrers).toMatchObject([{ object: 'order', field: 'lines.item' }]);
    expect((await call('DELETE', `/accounts/${item}?referrers=unlink`)).status).toBeLessThan(300);
    const without = await read(id);
    expect(without.lines.map((l: Line) => l.id)).toEqual([lines[0]!.id, lines[2]!.id]);
    expect((await history(id))[0]).toMatchObject({
      verb: 'unlinked',
      lines: { lines: [{ change: 'removed' }] },
    });
    await call('POST', `/accounts/${item}/restore`);
    expect((await read(id)).lines).toEqual(lines);
  });

  test('an item is restored even if a record has got as many lines as it can have', async () => {
    const item = (await call('POST', '/accounts', { name: 'Saw' })).body.id;
    const { id } = await order([{ item }]);
    await call('DELETE', `/accounts/${item}?referrers=unlink`);
    await patch(id, { lines: Array.from({ length: 20 }, () => ({ item: stage.items[0] })) });
    expect((await call('POST', `/accounts/${item}/restore`)).status).toBe(200);
    const { lines } = await read(id);
    expect(lines).toHaveLength(21);
    expect((await patch(id, { lines: lines.with(0, { ...lines[0], quantity: 3 }) })).status).toBe(200);
    expect((await patch(id, { lines: [...lines, { item: stage.items[0] }] })).body.errors).toMatchObject([
      { pointer: '/lines', code: 'tooMany' },
    ]);
  });
});
