import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AccessDirectory } from '../../access/index.js';
import { UnitOfWork } from '../../db/unit-of-work.js';
import type { FieldCipher } from '../describe/field-cipher.js';
import { fieldOf, newId } from '../describe/index.js';
import { restoreFieldStatements } from '../write/restate-statements.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { sampleDescriptors } from '../testing/sample-objects.js';
import type { RuleOrigin } from '../write/value-origin.js';
import { createOrderTables, orderTotals, sampleOrder } from '../testing/sample-order.js';

let engine: EngineApp;
let tenant: EngineTenant;
let items: string[];
/** What a rule of the company writes into the notes of lines; nothing by default. */
let noted: { text: string; origin: RuleOrigin } | undefined;

beforeAll(async () => {
  engine = await startEngine([...sampleDescriptors, sampleOrder]);
  await createOrderTables(engine.admin);
  engine.records.participate(orderTotals);
  engine.records.participate({
    name: 'test.notes',
    objects: ['order'],
    phase: 'rules',
    order: 1,
    run(batch) {
      if (!noted) return;
      for (const row of batch.rows)
        if (row.ok) for (const line of row.lines('lines')) line.set('note', noted.text, noted.origin);
    },
  });
  tenant = await engine.tenant();
  items = [];
  for (const name of ['Anvil', 'Bolt', 'Chain'])
    items.push((await call('POST', '/accounts', { name })).body.id);
});
afterAll(() => engine.close());

const call = (
  method: string,
  url: string,
  body?: unknown,
  headers?: Record<string, string>,
  who: EngineTenant = tenant,
) => engine.call(who, method, url, body, headers);

type Line = Record<string, any> & { id: string };
const order = async (lines: object[], more: object = {}) => {
  const answer = await call('POST', '/orders', { name: 'Order', lines, ...more });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body as { id: string; version: number; lines: Line[]; total: string };
};
const read = async (id: string) => (await call('GET', `/orders/${id}`)).body;
const three = () => order(items.map((item, i) => ({ item, quantity: i + 1, price: '10' })));
const patch = (id: string, body: object, version?: number) =>
  call('PATCH', `/orders/${id}`, body, version === undefined ? {} : { 'if-match': `"${version}"` });
const short = (lines: Line[]) => lines.map((l) => `${l['item'].name} ${l['quantity']}`);
const history = async (id: string, who = tenant) =>
  (await call('GET', `/orders/${id}/history`, undefined, {}, who)).body.data;

/** Adds a person who may do everything with orders, within field rules. */
async function person(rules: Record<string, string>, objects = ['order', 'account']): Promise<EngineTenant> {
  const [memberId, roleId] = [newId(), newId()];
  const permissions = objects.flatMap((object) =>
    ['read', 'create', 'update', 'delete'].map((action) => ({ object, action, scope: 'all' })),
  );
  permissions.push({ object: 'member', action: 'read', scope: 'all' });
  const fields = Object.entries({ '*': 'edit', ...rules }).map(([field, access]) => ({
    object: 'order',
    field,
    access,
  }));
  await engine.admin.query(
    `insert into role (tenant_id, id, key, name, name_norm, permissions, system, fields)
     values ($1, $2, $3, $3, $3, $4, '{}', $5)`,
    [
      tenant.id,
      roleId,
      `r-${roleId}`,
      JSON.stringify(permissions),
      JSON.stringify([...fields, { object: 'account', field: '*', access: 'edit' }]),
    ],
  );
  await engine.admin.query(
    `insert into member (tenant_id, id, display_name, display_norm, search_norm, name, name_norm, status, identity_id, created_at, created_by_kind, updated_at, updated_by_kind)
     values ($1, $2, 'Rep', 'rep', 'rep', 'Rep', 'rep', 'active', $3, now(), 'system', now(), 'system')`,
    [tenant.id, memberId, newId()],
  );
  await engine.admin.query('insert into member_role (tenant_id, member_id, role_id) values ($1, $2, $3)', [
    tenant.id,
    memberId,
    roleId,
  ]);
  engine.app.get(AccessDirectory).forget(tenant.id);
  return { id: tenant.id, memberId, authorization: `${tenant.id} ${memberId}` };
}

describe('lines are read and written as part of their record', () => {
  test('a record is created with lines, which have ids, an order, names and amounts in its currency', async () => {
    const made = await three();
    expect(short(made.lines)).toEqual(['Anvil 1', 'Bolt 2', 'Chain 3']);
    expect(made.lines[1]).toEqual({
      id: expect.any(String),
      item: { id: items[1], name: 'Bolt' },
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
      lines: [{ id: c!.id }, { item: items[1], quantity: 9 }, { id: a!.id, quantity: 5 }],
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
    expect(seen.lines[0].item).toEqual({ id: items[0], name: '' });
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
    expect(await problems([{ item: items[0], price: '1.001' }])).toEqual([422, '/lines/0/price tooPrecise']);
    expect(await problems([{ item: items[0], colour: 'red' }])).toEqual([
      422,
      '/lines/0/colour unknownField',
    ]);
    expect(await problems([lines[0], lines[0]])).toEqual([422, '/lines/1/id givenTwice']);
    expect(await problems(Array.from({ length: 21 }, () => ({ item: items[0] })))).toEqual([
      422,
      '/lines tooMany',
    ]);
    expect((await read(id)).version).toBe(1);
  });

  test('an amount must fit the currency of the record, also when only that changes', async () => {
    const { id } = await order([{ item: items[0], price: '1.5' }]);
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
      call('PATCH', `/orders/${id}`, { lines: [{ item: items[0] }] }, { 'idempotency-key': `lines-${id}` });
    expect([(await send()).status, (await send()).status]).toEqual([200, 200]);
    expect(await read(id)).toMatchObject({ version: 2, lines: [{ quantity: '1' }] });
  });

  test('a frozen record keeps its lines', async () => {
    const { id } = await order([{ item: items[0] }], { status: 'sent' });
    expect((await patch(id, { lines: [] })).body.code).toBe('orderSent');
  });

  test('another company’s lines are neither read nor taken over', async () => {
    const { lines } = await three();
    const other = await engine.tenant('Other');
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
      { lines: [{ id: a!.id, quantity: 7 }, { id: b!.id }, { id: c!.id }, { item: items[0], quantity: 4 }] },
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
    const { id, lines } = await order(Array.from({ length: 12 }, () => ({ item: items[0] })));
    const more = Array.from({ length: 6 }, () => ({ item: items[1] }));
    expect((await patch(id, { lines: [...lines, ...more] }, 1)).status).toBe(200);
    const { status, body } = await patch(id, { lines: [...lines, ...more] }, 1);
    expect([status, body.errors]).toMatchObject([422, [{ pointer: '/lines', code: 'tooMany' }]]);
    expect((await read(id)).lines).toHaveLength(18);
  });

  test('lines that only one of them moved or added keep their place', async () => {
    const { id, lines } = await three();
    const [a, b, c] = lines;
    await patch(id, { lines: [c, a, b] }, 1);
    const { body } = await patch(id, { lines: [a, { item: items[2], quantity: 9 }, b, c] }, 1);
    expect(short(body.lines)).toEqual(['Chain 3', 'Anvil 1', 'Chain 9', 'Bolt 2']);
  });
});

describe('the log keeps a difference for each line', () => {
  test('history shows lines that were added, changed, moved and removed', async () => {
    const { id, lines } = await three();
    const [a, b, c] = lines;
    const { body } = await patch(id, { lines: [c, { ...a, quantity: 5 }, { item: items[1] }] });
    const [entry] = await history(id);
    const added = body.lines[2].id;
    expect(Object.fromEntries(entry.lines.lines.map((l: any) => [l.id, [l.change, l.changes]]))).toEqual({
      [a!.id]: [
        'changed',
        {
          quantity: { before: '1', after: '5' },
          amount: {
            before: '10.00',
            after: '50.00',
            origin: { kind: 'derived', from: ['lines.quantity', 'lines.price'] },
          },
        },
      ],
      [b!.id]: [
        'removed',
        {
          item: { before: { id: items[1], name: 'Bolt' } },
          quantity: { before: '2' },
          price: { before: '10.00' },
          amount: { before: '20.00' },
        },
      ],
      [c!.id]: ['moved', {}],
      [added]: ['added', { item: { after: { id: items[1], name: 'Bolt' } }, quantity: { after: '1' } }],
    });
    expect(Object.keys(entry.changes)).toEqual(['total']);
  });

  test('a change of one line of many is logged with that line only', async () => {
    const { id, lines } = await three();
    await patch(id, { lines: [lines[0], { ...lines[1]!, note: 'x' }, lines[2]] });
    const { rows } = await engine.admin.query(
      'select changes, personal is not null as sealed, fields from record_event where record_id = $1 order by id desc limit 1',
      [id],
    );
    expect(rows).toEqual([{ changes: {}, sealed: true, fields: ['lines.note'] }]);
  });

  test('a record as of a version has the lines of that version, and is restored to them with their ids', async () => {
    const made = await three();
    const [a] = made.lines;
    await patch(made.id, { lines: [{ ...a!, quantity: 5 }] });
    await patch(made.id, { lines: [] });
    const then = async (version: number) =>
      (await call('GET', `/orders/${made.id}/as-of?version=${version}`)).body;
    expect((await then(1)).lines).toEqual(made.lines);
    expect(short((await then(2)).lines)).toEqual(['Anvil 5']);
    expect((await then(3)).lines).toEqual([]);
    const back = await call('POST', `/orders/${made.id}/restore-version`, { version: 1 });
    expect([back.status, back.body.lines, back.body.total]).toEqual([200, made.lines, '60.00']);
  });

  test('a deleted record keeps its lines, and has them when it is restored', async () => {
    const { id, lines } = await three();
    await call('DELETE', `/orders/${id}`);
    expect((await call('GET', `/orders/${id}/as-of?version=2`)).body.lines).toEqual(lines);
    await call('POST', `/orders/${id}/restore`);
    expect((await read(id)).lines).toEqual(lines);
    expect((await call('GET', `/orders/${id}/as-of?version=3`)).body.lines).toEqual(lines);
  });

  test('erasing a person empties personal values of lines, in the log too', async () => {
    const { id, lines } = await order([{ item: items[0], note: 'for Ann' }, { item: items[1] }]);
    const { RecordErasure } = await import('./record-erasure.js');
    const erased = await engine.as(tenant, () => engine.app.get(RecordErasure).erase('order', id, 'asked'));
    expect(erased.fields).toEqual(['lines.note']);
    expect((await read(id)).lines.map((l: Line) => [l.id, l['note']])).toEqual(
      lines.map((l) => [l.id, null]),
    );
    expect(JSON.stringify(await history(id))).not.toContain('Ann');
    expect((await call('GET', `/orders/${id}/as-of?version=1`)).body).toMatchObject({
      lines: [{ note: null }, { note: null }],
      meta: { erased: ['lines.note'] },
    });
  });
});

describe('fields of lines have rights of their own', () => {
  test('hidden and masked values are withheld everywhere, and what is made of them', async () => {
    const made = await order([{ item: items[0], quantity: 3, price: '10', note: 'Secret' }]);
    const rep = await person({ 'lines.quantity': 'hidden', 'lines.note': 'mask' });
    const { body } = await call('GET', `/orders/${made.id}`, undefined, {}, rep);
    expect(body.lines).toEqual([
      { id: made.lines[0]!.id, item: { id: items[0], name: 'Anvil' }, price: '10.00', note: 'S•••' },
    ]);
    expect('total' in body).toBe(false);
    expect(body.meta.access).toEqual({
      total: 'hidden',
      'lines.quantity': 'hidden',
      'lines.amount': 'hidden',
      'lines.note': 'mask',
    });
    const [entry] = await history(made.id, rep);
    expect(entry.lines.lines[0].changes).toEqual({
      item: { after: { id: items[0], name: 'Anvil' } },
      price: { after: '10.00' },
      note: { after: 'S•••' },
    });
    const then = await call('GET', `/orders/${made.id}/as-of?version=1`, undefined, {}, rep);
    expect(then.body.lines).toEqual(body.lines);
    const { fields } = (await call('GET', '/objects/order', undefined, {}, rep)).body.lines[0];
    expect(fields.map((f: any) => f.key)).toEqual(['lines.item', 'lines.price', 'lines.note']);
  });

  test('a hidden quantity changes no answer', async () => {
    const rep = await person({ 'lines.quantity': 'hidden' });
    const answers = [];
    for (const quantity of [1, 77]) {
      const { id, lines } = await order([{ item: items[0], quantity, price: '10' }]);
      const url = `/orders/${id}`;
      const told = [
        await call('GET', url, undefined, {}, rep),
        await call('PATCH', url, { lines: [{ id: lines[0]!.id, price: '11' }] }, {}, rep),
        await call('PATCH', url, { lines: [{ id: lines[0]!.id, quantity: 1 }] }, {}, rep),
        await call(
          'PATCH',
          url,
          { lines: [{ id: lines[0]!.id }, { item: items[1] }] },
          { 'if-match': '"1"' },
          rep,
        ),
        await call('PATCH', url, { lines: [] }, {}, rep),
        await call('GET', `${url}/history`, undefined, {}, rep),
        await call('GET', `${url}/as-of?version=2`, undefined, {}, rep),
      ].map(({ status, body }) => JSON.stringify([status, body]));
      answers.push(
        told.map((text) =>
          text
            .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'id')
            .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time')
            .replace(/"correlationId":"[^"]*"/g, ''),
        ),
      );
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  test('a hidden or masked value of a line that somebody removed changes no answer', async () => {
    const rep = await person({ 'lines.quantity': 'hidden', 'lines.note': 'mask' });
    const answers = [];
    for (const [quantity, note] of [
      [5, 'Secret'],
      [77, 'Sesame'],
    ]) {
      const { id, lines } = await order([{ item: items[0], quantity, note }, { item: items[1] }]);
      const [gone, kept] = lines.map((line) => ({ id: line.id }));
      await patch(id, { lines: [kept] });
      const told = [];
      for (const guess of [{ quantity: 5 }, { note: 'Secret' }, { amount: '3' }, { note: 'S•••' }]) {
        const given = { lines: [{ ...gone, ...guess }, kept] };
        const { status, body } = await call('PATCH', `/orders/${id}`, given, { 'if-match': '"1"' }, rep);
        told.push([status, (body.errors ?? []).map((e: any) => `${e.pointer} ${e.code}`)]);
      }
      answers.push(told);
    }
    expect(answers[0]).toEqual([
      [422, ['/lines/0/quantity fieldNotWritable']],
      [422, ['/lines/0/note fieldNotWritable']],
      [422, ['/lines/0/amount readOnlyField']],
      [200, []],
    ]);
    expect(answers[1]).toEqual(answers[0]);
  });

  test('a line is removed by whoever may, even if somebody changed what they do not see of it', async () => {
    const rep = await person({ 'lines.price': 'mask' });
    for (const changed of [{ price: '11' }, {}]) {
      const { id, lines } = await three();
      const [a, b, c] = lines.map((line) => ({ id: line.id }));
      await patch(id, { name: 'New', lines: [{ ...a, ...changed }, b, c] });
      const removed = await call('PATCH', `/orders/${id}`, { lines: [b, c] }, { 'if-match': '"1"' }, rep);
      expect([removed.status, removed.body.lines?.length]).toEqual([200, 2]);
    }
  });

  test('who may not write a field keeps it as it is, and can’t set it in new lines', async () => {
    const { id, lines } = await three();
    const rep = await person({ 'lines.price': 'view' });
    const send = (given: object[]) => call('PATCH', `/orders/${id}`, { lines: given }, {}, rep);
    const kept = await send(lines.map((line) => ({ ...line, quantity: 2 })));
    expect(kept.body.lines.map((l: Line) => [l['quantity'], l['price']])).toEqual([
      ['2', '10.00'],
      ['2', '10.00'],
      ['2', '10.00'],
    ]);
    const refused = await send([
      { id: lines[0]!.id, price: '11' },
      { item: items[0], price: '1' },
    ]);
    expect(refused.body.errors.map((e: any) => `${e.pointer} ${e.code}`)).toEqual([
      '/lines/0/price fieldNotWritable',
      '/lines/1/price fieldNotWritable',
    ]);
  });

  test('who may only view the lines changes values, but adds, removes and moves none', async () => {
    const { id, lines } = await three();
    const rep = await person({ lines: 'view' });
    const send = (given: object[]) => call('PATCH', `/orders/${id}`, { lines: given }, {}, rep);
    expect((await send(lines.map((line) => ({ ...line, quantity: 4 })))).status).toBe(200);
    const ids = lines.map(({ id: line }) => ({ id: line }));
    for (const given of [ids.slice(1), ids.toReversed(), [...ids, { item: items[0] }]])
      expect((await send(given)).body.errors).toMatchObject([
        { pointer: '/lines', code: 'fieldNotWritable' },
      ]);
    expect((await call('GET', '/objects/order', undefined, {}, rep)).body.lines[0].readOnly).toBe(true);
  });

  test('who does not see the lines gets none, learns of none, and writes none', async () => {
    const { id, lines } = await three();
    const rep = await person({ lines: 'hidden' });
    const { body } = await call('GET', `/orders/${id}`, undefined, {}, rep);
    expect('lines' in body).toBe(false);
    expect(body.meta.access).toEqual({ total: 'hidden', lines: 'hidden' });
    const tried = await Promise.all(
      [[], lines, [{ id: newId() }]].map(async (given) => {
        const answer = await call('PATCH', `/orders/${id}`, { lines: given }, {}, rep);
        return [answer.status, answer.body.errors.map((e: any) => `${e.pointer} ${e.code}`)];
      }),
    );
    expect(tried).toEqual([1, 2, 3].map(() => [422, ['/lines fieldNotWritable']]));
    expect((await history(id, rep))[0].lines).toBeUndefined();
    expect((await call('GET', '/objects/order', undefined, {}, rep)).body.lines).toEqual([]);
  });
});

describe('values of lines have a place of their own', () => {
  test('a field of lines that the company encrypts is stored sealed, and read and logged as it was written', async () => {
    await engine.admin.query(
      `insert into field_protection (tenant_id, object, field, kind, state, key_ids, started_at, finished_at)
       values ($1, 'order', 'lines.note', 'encryption', 'encrypted', '{k1}', '2026-01-01', '2026-01-01')`,
      [tenant.id],
    );
    await engine.admin.query('update tenant set access_version = access_version + 1 where id = $1', [
      tenant.id,
    ]);
    engine.app.get(AccessDirectory).forget(tenant.id);
    const made = await order([{ item: items[0], note: 'Confidential' }]);
    const stored = await engine.admin.query('select note from sample_order_line where order_id = $1', [
      made.id,
    ]);
    expect(stored.rows[0].note).toMatch(/^enc/);
    expect((await read(made.id)).lines[0].note).toBe('Confidential');
    await patch(made.id, { lines: [{ id: made.lines[0]!.id, note: 'Changed' }] });
    expect((await history(made.id))[0].lines.lines[0].changes).toEqual({
      note: { before: 'Confidential', after: 'Changed' },
    });
    await engine.admin.query('delete from field_protection where tenant_id = $1', [tenant.id]);
    await engine.admin.query('update tenant set access_version = access_version + 1 where id = $1', [
      tenant.id,
    ]);
    engine.app.get(AccessDirectory).forget(tenant.id);
  });

  test('the job that encrypts a field rewrites the lines of its records', async () => {
    const { id } = await order([{ item: items[0], note: 'Plain' }, { item: items[1] }]);
    await engine.as(tenant, async () => {
      const { reader } = engine.records;
      const { descriptor } = await reader.contextFor('order');
      const { rows } = await engine.admin.query(
        'select position from sample_order_line where order_id = $1',
        [id],
      );
      expect(rows).toHaveLength(2);
      const cipher = { seal: (line: string, text: string) => `sealed ${text} of ${line}` } as FieldCipher;
      const note = { ...fieldOf(descriptor, 'lines.note')!, cipher };
      await engine.records.unit(undefined, async (uow) => {
        const plan = reader.plan(descriptor);
        const found = await uow.run<any>(
          reader.byIds(plan, [id], await reader.contextFor('order'), 'read', 'any'),
        );
        const records = found.map((row) => plan.load(row));
        await uow.together(restoreFieldStatements(descriptor, note, tenant.id, records));
        return { status: 200, body: null };
      });
    });
    const stored = await engine.admin.query(
      'select id, note from sample_order_line where order_id = $1 order by position',
      [id],
    );
    const [first, second] = stored.rows;
    expect([first.note, second.note]).toEqual([`sealed Plain of ${first.id}`, null]);
  });

  test('adding, moving or removing one of many lines writes and logs that line only', async () => {
    const { id, lines } = await order(Array.from({ length: 18 }, () => ({ item: items[0] })));
    const last = lines.at(-1)!;
    const change = async (given: object[]) => {
      const { body } = await patch(id, { lines: given });
      const [entry] = await history(id);
      return { now: body.lines as Line[], log: entry.lines.lines.map((l: any) => [l.id, l.change]) };
    };
    expect((await change([last, ...lines.slice(0, -1)])).log).toEqual([[last.id, 'moved']]);
    expect((await change(lines)).log).toEqual([[last.id, 'moved']]);
    for (const at of [0, 7]) {
      const { now, log } = await change((await read(id)).lines.toSpliced(at, 0, { item: items[1] }));
      expect(log).toEqual([[now[at]!.id, 'added']]);
    }
    const { log } = await change((await read(id)).lines.filter((l: Line) => l.id !== lines[3]!.id));
    expect(log).toEqual([[lines[3]!.id, 'removed']]);
  });

  test('lines whose positions leave no room between them get new ones', async () => {
    const { id, lines } = await three();
    await engine.admin.query(
      `update sample_order_line l set position = n.n
         from (select id, row_number() over (order by position) as n from sample_order_line where order_id = $1) n
        where l.id = n.id`,
      [id],
    );
    const { body } = await patch(id, {
      lines: lines.toSpliced(1, 0, { item: items[0], quantity: 9 } as any),
    });
    expect(short(body.lines)).toEqual(['Anvil 1', 'Anvil 9', 'Bolt 2', 'Chain 3']);
    expect((await read(id)).lines).toEqual(body.lines);
  });
});

describe('participants set values of lines', () => {
  test('a rule sets a value of a line under the rights of whoever it runs as', async () => {
    const owner = await person({});
    const blind = await person({ 'lines.note': 'view' });
    const subjectOf = async ({ memberId }: EngineTenant) => {
      const { snapshot } = await engine.as(tenant, () => engine.records.reader.contextFor('order'));
      return engine.app.get(AccessDirectory).memberSubject(snapshot, memberId)!;
    };
    const rule = async (who: EngineTenant) => ({ rule: newId(), version: 1, runAs: await subjectOf(who) });
    noted = { text: 'By a rule', origin: await rule(owner) };
    const { id, lines } = await order([{ item: items[0] }]);
    expect(lines[0]!['note']).toBe('By a rule');
    expect((await history(id))[0].lines.lines[0].changes.note).toMatchObject({ origin: { kind: 'rule' } });
    noted = { text: 'By a rule', origin: await rule(blind) };
    const refused = await call('POST', '/orders', { name: 'No', lines: [{ item: items[0] }] });
    noted = undefined;
    expect([refused.status, refused.body.code]).toEqual([403, 'ruleForbidden']);
  });
});

describe('lines hold on to what they refer to', () => {
  test('an item in use is deleted only with its lines, which come back when it is restored', async () => {
    const item = (await call('POST', '/accounts', { name: 'Drill' })).body.id;
    const { id, lines } = await order([{ item: items[0] }, { item, quantity: 2 }, { item: items[1] }]);
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
    await patch(id, { lines: Array.from({ length: 20 }, () => ({ item: items[0] })) });
    expect((await call('POST', `/accounts/${item}/restore`)).status).toBe(200);
    const { lines } = await read(id);
    expect(lines).toHaveLength(21);
    expect((await patch(id, { lines: lines.with(0, { ...lines[0], quantity: 3 }) })).status).toBe(200);
    expect((await patch(id, { lines: [...lines, { item: items[0] }] })).body.errors).toMatchObject([
      { pointer: '/lines', code: 'tooMany' },
    ]);
  });
});
