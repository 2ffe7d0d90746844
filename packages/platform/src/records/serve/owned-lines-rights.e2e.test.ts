import { describe, expect, test } from 'vitest';
import { AccessDirectory } from '../../access/index.js';
import { newId } from '../describe/index.js';
import type { EngineTenant } from '../testing/engine-app.js';
import { type Line, ordersStage } from '../testing/orders-stage.js';

const stage = ordersStage();
const { call, order, three, patch, history, person } = stage;

describe('fields of lines have rights of their own', () => {
  test('hidden and masked values are withheld everywhere, and what is made of them', async () => {
    const made = await order([{ item: stage.items[0], quantity: 3, price: '10', note: 'Secret' }]);
    const rep = await person({ 'lines.quantity': 'hidden', 'lines.note': 'mask' });
    const { body } = await call('GET', `/orders/${made.id}`, undefined, {}, rep);
    expect(body.lines).toEqual([
      { id: made.lines[0]!.id, item: { id: stage.items[0], name: 'Anvil' }, price: '10.00', note: 'S•••' },
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
      item: { after: { id: stage.items[0], name: 'Anvil' } },
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
      const { id, lines } = await order([{ item: stage.items[0], quantity, price: '10' }]);
      const url = `/orders/${id}`;
      const told = [
        await call('GET', url, undefined, {}, rep),
        await call('PATCH', url, { lines: [{ id: lines[0]!.id, price: '11' }] }, {}, rep),
        await call('PATCH', url, { lines: [{ id: lines[0]!.id, quantity: 1 }] }, {}, rep),
        await call(
          'PATCH',
          url,
          { lines: [{ id: lines[0]!.id }, { item: stage.items[1] }] },
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
      const { id, lines } = await order([{ item: stage.items[0], quantity, note }, { item: stage.items[1] }]);
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
      { item: stage.items[0], price: '1' },
    ]);
    expect(refused.body.errors.map((e: any) => `${e.pointer} ${e.code}`)).toEqual([
      '/lines/0/price fieldNotWritable',
      '/lines/1/price fieldNotWritable',
    ]);
  });

  describe('restoring an earlier version', () => {
    const restore = (id: string, version: number, who?: EngineTenant) =>
      call('POST', `/orders/${id}/restore-version`, { version }, {}, who);

    test('leaves the values that they do not see as they are', async () => {
      const { id, lines } = await three();
      const rep = await person({ 'lines.quantity': 'hidden' });
      const changed = lines.map((line) => ({ id: line.id, quantity: 9, price: '20' }));
      await patch(id, { lines: changed });
      expect((await restore(id, 1, rep)).status).toBe(200);
      const { body } = await call('GET', `/orders/${id}`);
      expect(body.lines.map((l: Line) => [l['quantity'], l['price']])).toEqual(
        lines.map(() => ['9', '10.00']),
      );
    });

    test('brings no removed line back without the values that they do not see, whatever these were', async () => {
      const rep = await person({ 'lines.quantity': 'hidden' });
      for (const quantity of [null, 1, 77]) {
        const [kept, gone] = [{ item: stage.items[0] }, { item: stage.items[1], quantity, price: '10' }];
        const { id, lines } = await order([kept, gone]);
        await patch(id, { lines: [{ id: lines[0]!.id }] });
        const refused = await restore(id, 1, rep);
        expect(refused.status).toBe(422);
        expect(refused.body.errors).toEqual([
          expect.objectContaining({ pointer: '/lines/1', code: 'lineNotShownInFull' }),
        ]);
        expect(refused.body.errors[0].message).not.toMatch(/quantity/i);
        expect((await restore(id, 1)).body.lines).toEqual(lines);
      }
    });
  });

  test('who may only view the lines changes values, but adds, removes and moves none', async () => {
    const { id, lines } = await three();
    const rep = await person({ lines: 'view' });
    const send = (given: object[]) => call('PATCH', `/orders/${id}`, { lines: given }, {}, rep);
    expect((await send(lines.map((line) => ({ ...line, quantity: 4 })))).status).toBe(200);
    const ids = lines.map(({ id: line }) => ({ id: line }));
    for (const given of [ids.slice(1), ids.toReversed(), [...ids, { item: stage.items[0] }]])
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

describe('participants set values of lines', () => {
  test('a rule sets a value of a line under the rights of whoever it runs as', async () => {
    const owner = await person({});
    const blind = await person({ 'lines.note': 'view' });
    const subjectOf = async ({ memberId }: EngineTenant) => {
      const { snapshot } = await stage.engine.as(stage.tenant, () =>
        stage.engine.records.reader.contextFor('order'),
      );
      return stage.engine.app.get(AccessDirectory).memberSubject(snapshot, memberId)!;
    };
    const rule = async (who: EngineTenant) => ({ rule: newId(), version: 1, runAs: await subjectOf(who) });
    stage.noted = { text: 'By a rule', origin: await rule(owner) };
    const { id, lines } = await order([{ item: stage.items[0] }]);
    expect(lines[0]!['note']).toBe('By a rule');
    expect((await history(id))[0].lines.lines[0].changes.note).toMatchObject({ origin: { kind: 'rule' } });
    stage.noted = { text: 'By a rule', origin: await rule(blind) };
    const refused = await call('POST', '/orders', { name: 'No', lines: [{ item: stage.items[0] }] });
    stage.noted = undefined;
    expect([refused.status, refused.body.code]).toEqual([403, 'ruleForbidden']);
  });
});
