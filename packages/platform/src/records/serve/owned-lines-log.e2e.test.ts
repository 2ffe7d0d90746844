import { describe, expect, test } from 'vitest';
import { AccessDirectory } from '../../access/index.js';
import type { FieldCipher } from '../describe/field-cipher.js';
import { restoreFieldStatements } from '../write/restate-statements.js';
import { fieldOf } from '../describe/index.js';
import { type Line, ordersStage } from '../testing/orders-stage.js';

const stage = ordersStage();
const { call, order, read, three, patch, short, history } = stage;

describe('the log keeps a difference for each line', () => {
  test('history shows lines that were added, changed, moved and removed', async () => {
    const { id, lines } = await three();
    const [a, b, c] = lines;
    const { body } = await patch(id, { lines: [c, { ...a, quantity: 5 }, { item: stage.items[1] }] });
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
          item: { before: { id: stage.items[1], name: 'Bolt' } },
          quantity: { before: '2' },
          price: { before: '10.00' },
          amount: { before: '20.00' },
        },
      ],
      [c!.id]: ['moved', {}],
      [added]: ['added', { item: { after: { id: stage.items[1], name: 'Bolt' } }, quantity: { after: '1' } }],
    });
    expect(Object.keys(entry.changes)).toEqual(['total']);
  });

  test('a change of one line of many is logged with that line only', async () => {
    const { id, lines } = await three();
    await patch(id, { lines: [lines[0], { ...lines[1]!, note: 'x' }, lines[2]] });
    const { rows } = await stage.engine.admin.query(
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
    const { id, lines } = await order([{ item: stage.items[0], note: 'for Ann' }, { item: stage.items[1] }]);
    const { RecordErasure } = await import('./record-erasure.js');
    const erased = await stage.engine.as(stage.tenant, () =>
      stage.engine.app.get(RecordErasure).erase('order', id, 'asked'),
    );
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

describe('values of lines have a place of their own', () => {
  test('a field of lines that the company encrypts is stored sealed, and read and logged as it was written', async () => {
    await stage.engine.admin.query(
      `insert into field_protection (tenant_id, object, field, kind, state, key_ids, started_at, finished_at)
       values ($1, 'order', 'lines.note', 'encryption', 'encrypted', '{k1}', '2026-01-01', '2026-01-01')`,
      [stage.tenant.id],
    );
    await stage.engine.admin.query('update tenant set access_version = access_version + 1 where id = $1', [
      stage.tenant.id,
    ]);
    stage.engine.app.get(AccessDirectory).forget(stage.tenant.id);
    const made = await order([{ item: stage.items[0], note: 'Confidential' }]);
    const stored = await stage.engine.admin.query('select note from sample_order_line where order_id = $1', [
      made.id,
    ]);
    expect(stored.rows[0].note).toMatch(/^enc/);
    expect((await read(made.id)).lines[0].note).toBe('Confidential');
    await patch(made.id, { lines: [{ id: made.lines[0]!.id, note: 'Changed' }] });
    expect((await history(made.id))[0].lines.lines[0].changes).toEqual({
      note: { before: 'Confidential', after: 'Changed' },
    });
    await stage.engine.admin.query('delete from field_protection where tenant_id = $1', [stage.tenant.id]);
    await stage.engine.admin.query('update tenant set access_version = access_version + 1 where id = $1', [
      stage.tenant.id,
    ]);
    stage.engine.app.get(AccessDirectory).forget(stage.tenant.id);
  });

  test('the job that encrypts a field rewrites the lines of its records', async () => {
    const { id } = await order([{ item: stage.items[0], note: 'Plain' }, { item: stage.items[1] }]);
    await stage.engine.as(stage.tenant, async () => {
      const { reader } = stage.engine.records;
      const { descriptor } = await reader.contextFor('order');
      const { rows } = await stage.engine.admin.query(
        'select position from sample_order_line where order_id = $1',
        [id],
      );
      expect(rows).toHaveLength(2);
      const cipher = { seal: (line: string, text: string) => `sealed ${text} of ${line}` } as FieldCipher;
      const note = { ...fieldOf(descriptor, 'lines.note')!, cipher };
      await stage.engine.records.unit(undefined, async (uow) => {
        const plan = reader.plan(descriptor);
        const found = await uow.run<any>(
          reader.byIds(plan, [id], await reader.contextFor('order'), 'read', 'any'),
        );
        const records = found.map((row) => plan.load(row));
        await uow.together(restoreFieldStatements(descriptor, note, stage.tenant.id, records));
        return { status: 200, body: null };
      });
    });
    const stored = await stage.engine.admin.query(
      'select id, note from sample_order_line where order_id = $1 order by position',
      [id],
    );
    const [first, second] = stored.rows;
    expect([first.note, second.note]).toEqual([`sealed Plain of ${first.id}`, null]);
  });

  test('adding, moving or removing one of many lines writes and logs that line only', async () => {
    const { id, lines } = await order(Array.from({ length: 18 }, () => ({ item: stage.items[0] })));
    const last = lines.at(-1)!;
    const change = async (given: object[]) => {
      const { body } = await patch(id, { lines: given });
      const [entry] = await history(id);
      return { now: body.lines as Line[], log: entry.lines.lines.map((l: any) => [l.id, l.change]) };
    };
    expect((await change([last, ...lines.slice(0, -1)])).log).toEqual([[last.id, 'moved']]);
    expect((await change(lines)).log).toEqual([[last.id, 'moved']]);
    for (const at of [0, 7]) {
      const { now, log } = await change((await read(id)).lines.toSpliced(at, 0, { item: stage.items[1] }));
      expect(log).toEqual([[now[at]!.id, 'added']]);
    }
    const { log } = await change((await read(id)).lines.filter((l: Line) => l.id !== lines[3]!.id));
    expect(log).toEqual([[lines[3]!.id, 'removed']]);
  });

  test('lines whose positions leave no room between them get new ones', async () => {
    const { id, lines } = await three();
    await stage.engine.admin.query(
      `update sample_order_line l set position = n.n
         from (select id, row_number() over (order by position) as n from sample_order_line where order_id = $1) n
        where l.id = n.id`,
      [id],
    );
    const { body } = await patch(id, {
      lines: lines.toSpliced(1, 0, { item: stage.items[0], quantity: 9 } as any),
    });
    expect(short(body.lines)).toEqual(['Anvil 1', 'Anvil 9', 'Bolt 2', 'Chain 3']);
    expect((await read(id)).lines).toEqual(body.lines);
  });
});
