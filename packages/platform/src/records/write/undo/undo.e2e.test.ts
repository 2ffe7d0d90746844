import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newContext, runInContext } from '../../../context/index.js';
import { UnitOfWorkFactory } from '../../../db/index.js';
import type { CauseSelector } from '../../remember/index.js';
import { RecordErasure } from '../../serve/record-erasure.js';
import { RecordUndo } from '../../serve/record-undo.js';
import { type EngineApp, type EngineTenant, startEngine } from '../../testing/engine-app.js';
import { createNotes, sampleNote } from '../../testing/sample-note.js';
import { sampleDescriptors } from '../../testing/sample-objects.js';
import { createOrderTables, orderTotals, sampleOrder } from '../../testing/sample-order.js';

/* What one cause did goes back, and nothing else. Everything is asked for through the API's own paths. */

let engine: EngineApp;
let tenant: EngineTenant;

beforeAll(async () => {
  engine = await startEngine([...sampleDescriptors, sampleNote, sampleOrder]);
  await createNotes(engine);
  await createOrderTables(engine.admin);
  engine.records.participate(orderTotals);
  tenant = await engine.tenant();
});
afterAll(() => engine.close());

/** Sends a request; with a correlation id, it belongs to that cause. */
async function call(method: string, url: string, body?: unknown, correlationId?: string, who = tenant) {
  const answer = await engine.call(
    who,
    method,
    url,
    body,
    correlationId ? { 'x-correlation-id': correlationId } : {},
  );
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body;
}
const read = async (url: string, who = tenant) => (await engine.call(who, 'GET', url)).body;
const account = (values: object = {}, correlationId?: string, who = tenant) =>
  call('POST', '/accounts', { name: `Account ${randomUUID()}`, ...values }, correlationId, who);
const set = (record: { id: string }, values: object, correlationId?: string, who = tenant) =>
  call('PATCH', `/accounts/${record.id}`, values, correlationId, who);

function inCause<T>(who: EngineTenant, correlationId: string, fn: () => Promise<T>): Promise<T> {
  const context = newContext({
    correlationId,
    tenantId: who.id,
    memberId: who.memberId,
    actor: { kind: 'member', id: who.memberId },
    cause: { kind: 'undo', id: randomUUID() },
  });
  return runInContext(context, fn);
}
/** Undoes a cause. @returns counts and conflicts, and the correlation id of the undo itself */
async function undo(cause: CauseSelector | string, who = tenant) {
  const correlationId = randomUUID();
  const selector = typeof cause === 'string' ? { correlationId: cause } : cause;
  const done = await inCause(who, correlationId, () =>
    engine.app.get(UnitOfWorkFactory).run((uow) => engine.app.get(RecordUndo).whole(uow, selector)),
  );
  const conflicts = await engine.as(who, () => engine.app.get(RecordUndo).conflicts(done.outcomes));
  return { counts: done.counts, conflicts, correlationId };
}
const preview = (correlationId: string, who = tenant) =>
  inCause(who, randomUUID(), () => engine.app.get(RecordUndo).preview({ correlationId }));
const NOTHING = { restored: 0, deleted: 0, changed: 0, conflicts: 0 };

describe('values', () => {
  it('go back where they still are what the cause wrote', async () => {
    const cause = randomUUID();
    const one = await account({ city: 'Zug', country: 'CH' });
    await set(one, { city: 'Bern', country: 'DE' }, cause);
    await set(one, { country: 'FR' });
    expect((await preview(cause)).counts).toEqual({ ...NOTHING, changed: 1, conflicts: 1 });
    const { counts, conflicts } = await undo(cause);
    expect(counts).toEqual({ ...NOTHING, changed: 1, conflicts: 1 });
    expect(conflicts).toMatchObject([{ record: { id: one.id }, field: 'country', code: 'changedSince' }]);
    expect(await read(`/accounts/${one.id}`)).toMatchObject({ city: 'Zug', country: 'FR' });
  });

  it('fold several changes of the cause into one, and stop at what others wrote in between', async () => {
    const cause = randomUUID();
    const one = await account({ city: 'A', country: 'A' });
    await set(one, { city: 'B', country: 'B' }, cause);
    await set(one, { country: 'C' });
    await set(one, { city: 'D', country: 'D' }, cause);
    await undo(cause);
    const after = await read(`/accounts/${one.id}`);
    expect(after).toMatchObject({ city: 'A', country: 'C', version: 5 });
  });

  it('of lists go back element by element', async () => {
    const [red, blue, green] = await Promise.all(
      ['Red', 'Blue', 'Green'].map((name) => call('POST', '/tags', { name: `${name} ${randomUUID()}` })),
    );
    const one = await account({ tags: [red.id] });
    const cause = randomUUID();
    await set(one, { tags: [blue.id] }, cause);
    await set(one, { tags: [blue.id, green.id] });
    expect((await undo(cause)).counts).toEqual({ ...NOTHING, changed: 1 });
    const tags = (await read(`/accounts/${one.id}`)).tags.map((tag: { id: string }) => tag.id);
    expect(tags.sort()).toEqual([green.id, red.id].sort());
  });

  it('are undone again by undoing the undo, as often as one likes', async () => {
    const cause = randomUUID();
    const one = await account({ city: 'Zug' });
    await set(one, { city: 'Bern' }, cause);
    const first = await undo(cause);
    expect((await undo(cause)).counts).toEqual(NOTHING);
    await undo(first.correlationId);
    expect((await read(`/accounts/${one.id}`)).city).toBe('Bern');
    await undo(cause);
    expect((await read(`/accounts/${one.id}`)).city).toBe('Zug');
  });

  it('that were erased are a conflict by name', async () => {
    const cause = randomUUID();
    const one = await account({ email: 'a@example.com' });
    await set(one, { email: 'b@example.com', city: 'Bern' }, cause);
    await engine.as(tenant, () => engine.app.get(RecordErasure).erase('account', one.id, 'asked for'));
    const { conflicts } = await undo(cause);
    expect(conflicts).toMatchObject([{ field: 'email', code: 'erased' }]);
    expect(await read(`/accounts/${one.id}`)).toMatchObject({ city: null, email: null });
  });

  it('of lines go back line by line', async () => {
    const [bolt, nut] = [await account(), await account()];
    const order = await call('POST', '/orders', {
      name: 'Order',
      lines: [
        { item: bolt.id, quantity: 1, price: '2' },
        { item: nut.id, quantity: 1, price: '3' },
      ],
    });
    const cause = randomUUID();
    const [first] = order.lines;
    await call(
      'PATCH',
      `/orders/${order.id}`,
      {
        lines: [
          { id: first.id, quantity: 5 },
          { item: nut.id, quantity: 9, price: '1' },
        ],
      },
      cause,
    );
    const [, added] = (await read(`/orders/${order.id}`)).lines;
    await call('PATCH', `/orders/${order.id}`, {
      lines: [{ id: first.id }, { id: added.id }, { item: bolt.id, quantity: 7, price: '1' }],
    });
    expect((await undo(cause)).counts).toEqual({ ...NOTHING, changed: 1 });
    const now = await read(`/orders/${order.id}`);
    expect(now.lines.map((l: any) => [l.item.id, String(l.quantity)])).toEqual([
      [bolt.id, '1'],
      [nut.id, '1'],
      [bolt.id, '7'],
    ]);
    expect(now.lines[1].id).toBe(order.lines[1].id);
    expect(now.total).toBe('12.00');
  });
});

describe('records', () => {
  it('that the cause made go, with those that refer to each other', async () => {
    const cause = randomUUID();
    const parent = await account({}, cause);
    const child = await account({ parent: parent.id }, cause);
    const other = await account({}, cause);
    await set(parent, { parent: other.id }, cause);
    expect((await preview(cause)).counts).toEqual({ ...NOTHING, deleted: 3 });
    const done = await undo(cause);
    expect(done.counts).toMatchObject({ deleted: 3, conflicts: 0 });
    for (const { id } of [parent, child, other])
      expect((await engine.call(tenant, 'GET', `/accounts/${id}`)).status).toBe(404);
    await undo(done.correlationId);
    expect((await read(`/accounts/${child.id}`)).parent.id).toBe(parent.id);
    expect((await read(`/accounts/${parent.id}`)).parent.id).toBe(other.id);
  });

  it('stay if others have changed or linked them since', async () => {
    const cause = randomUUID();
    const [changed, linked, gone] = [
      await account({}, cause),
      await account({}, cause),
      await account({}, cause),
    ];
    await set(changed, { city: 'Bern' });
    await account({ parent: linked.id });
    expect((await preview(cause)).counts).toEqual({ ...NOTHING, deleted: 1, conflicts: 2 });
    const { counts, conflicts } = await undo(cause);
    expect(counts).toEqual({ ...NOTHING, deleted: 1, conflicts: 2 });
    expect(conflicts.map(({ record, code }) => [record.id, code]).sort()).toEqual(
      [
        [changed.id, 'changedSince'],
        [linked.id, 'referenced'],
      ].sort(),
    );
    expect((await engine.call(tenant, 'GET', `/accounts/${gone.id}`)).status).toBe(404);
  });

  it('that the cause deleted come back with what was deleted and unlinked along', async () => {
    const parent = await account();
    const child = await account({ parent: parent.id });
    const cause = randomUUID();
    await call('DELETE', `/accounts/${parent.id}?referrers=unlink`, undefined, cause);
    expect((await read(`/accounts/${child.id}`)).parent).toBeNull();
    expect((await preview(cause)).counts).toEqual({ ...NOTHING, restored: 1, changed: 1 });
    await undo(cause);
    expect((await read(`/accounts/${child.id}`)).parent.id).toBe(parent.id);
  });

  it('that the cause restored are deleted again', async () => {
    const one = await account();
    await call('DELETE', `/accounts/${one.id}`);
    const cause = randomUUID();
    await call('POST', `/accounts/${one.id}/restore`, undefined, cause);
    expect((await undo(cause)).counts).toEqual({ ...NOTHING, deleted: 1 });
    expect((await engine.call(tenant, 'GET', `/accounts/${one.id}`)).status).toBe(404);
  });

  it('are found by an actor and a period too', async () => {
    const rep = await engine.person(tenant, REP);
    const before = await account({ city: 'Zug' });
    const from = new Date(Date.now() - 1).toISOString();
    await set(before, { city: 'Bern' }, undefined, rep);
    await account({}, undefined, rep);
    const to = new Date(Date.now() + 1).toISOString();
    const { counts } = await undo({ actor: { kind: 'member', id: rep.memberId, from, to } });
    expect(counts).toEqual({ ...NOTHING, changed: 1, deleted: 1 });
  });
});

const may = (actions: string[]) =>
  actions.map((action) => ({ object: 'account', action, scope: 'all' as const }));
const REP = {
  permissions: may(['create', 'read', 'update', 'delete']),
  fields: [{ object: 'account', field: '*', access: 'edit' as const }],
};

describe('rights', () => {
  it('are those to make each change: what the caller may not change stays, and is named', async () => {
    const reader = await engine.person(tenant, {
      ...REP,
      permissions: may(['read']),
      system: ['viewAudit'],
    });
    const cause = randomUUID();
    const one = await account({}, cause);
    const two = await account({ city: 'Zug' });
    await set(two, { city: 'Bern' }, cause);
    expect((await preview(cause, reader)).counts).toEqual({ ...NOTHING, conflicts: 2 });
    const { counts, conflicts } = await undo(cause, reader);
    expect(counts).toEqual({ ...NOTHING, conflicts: 2 });
    expect(conflicts.map(({ code }) => code)).toEqual(['permissionMissing', 'permissionMissing']);
    expect((await read(`/accounts/${one.id}`)).id).toBe(one.id);
  });

  it("others' causes are nobody's business without the audit log", async () => {
    const rep = await engine.person(tenant, REP);
    const cause = randomUUID();
    await account({}, cause);
    expect((await undo(cause, rep)).counts).toEqual(NOTHING);
    expect(await preview(cause, rep)).toEqual({
      counts: NOTHING,
      isComplete: true,
      sample: [],
      conflicts: [],
    });
  });

  it('a field that the caller does not see is no part of it', async () => {
    const answers = [];
    for (const others of [{ city: 'Chur' }, undefined]) {
      const blind = await engine.person(tenant, {
        permissions: REP.permissions,
        fields: [...REP.fields, { object: 'account', field: 'city', access: 'hidden' as const }],
        system: ['viewAudit'],
      });
      const cause = randomUUID();
      const one = await account({ name: 'Same', city: 'Zug', country: 'CH' });
      const made = await account({ name: 'Made' }, cause);
      await set(one, { city: 'Bern', country: 'DE' }, cause);
      await set(one, others ?? { city: 'Bern' });
      const shown = JSON.stringify([await preview(cause, blind), (await undo(cause, blind)).counts]);
      answers.push(shown.replaceAll(one.id, 'one').replaceAll(made.id, 'made'));
      expect((await read(`/accounts/${one.id}`)).city).toBe(others ? 'Chur' : 'Bern');
    }
    expect(answers[0]).toBe(answers[1]);
    expect(answers[0]).not.toContain('Bern');
  });

  it('whether others changed a hidden field of a new record makes no difference', async () => {
    const answers = [];
    for (const city of ['Bern', 'Zug']) {
      const blind = await engine.person(tenant, {
        permissions: REP.permissions,
        fields: [...REP.fields, { object: 'account', field: 'city', access: 'hidden' as const }],
        system: ['viewAudit'],
      });
      const cause = randomUUID();
      const made = await account({ name: 'Made', city: 'Zug' }, cause);
      await set(made, { city, country: 'CH' });
      await set(made, { country: null });
      const shown = JSON.stringify([await preview(cause, blind), (await undo(cause, blind)).counts]);
      answers.push(shown.replaceAll(made.id, 'made'));
      expect((await read(`/accounts/${made.id}`)).name).toBe('Made');
    }
    expect(answers[0]).toBe(answers[1]);
  });
});

/** What one person writes into a field of one of the records. Values are unique, so that each write is a change. */
const writes = fc.array(
  fc.record({
    isCause: fc.boolean(),
    who: fc.nat(1),
    record: fc.nat(2),
    field: fc.constantFrom('name', 'city', 'country', 'parent', 'tags', 'add'),
  }),
  { minLength: 3, maxLength: 14 },
);

describe('whatever several people write', () => {
  it("undoing a cause leaves exactly the others' effects", async () => {
    await fc.assert(
      fc.asyncProperty(writes, async (steps) => {
        const people = [await engine.person(tenant, REP), await engine.person(tenant, REP)];
        const worlds = [await world(), await world()];
        const cause = randomUUID();
        for (const [n, step] of steps.entries()) {
          await write(worlds[0]!, n, step, people[step.who]!, step.isCause ? cause : undefined);
          if (!step.isCause) await write(worlds[1]!, n, step, people[step.who]!);
        }
        await undo(cause);
        expect(await contents(worlds[0]!)).toEqual(await contents(worlds[1]!));
      }),
      { numRuns: 12 },
    );
  });

  interface World {
    records: { id: string }[];
    tags: { id: string }[];
    made: string[];
  }
  async function world(): Promise<World> {
    const tags = [];
    for (let n = 0; n < 14; n++) tags.push(await call('POST', '/tags', { name: `T${n} ${randomUUID()}` }));
    return { records: [await account(), await account(), await account()], tags, made: [] };
  }
  async function write(
    { records, tags, made }: World,
    n: number,
    { record, field }: { record: number; field: string },
    who: EngineTenant,
    cause?: string,
  ) {
    const one = records[record]!;
    if (field === 'add') {
      const { id } = await account({ name: `Made ${n}` }, cause, who);
      if (!cause) made.push(id);
    } else if (field === 'tags') {
      const now = (await read(`/accounts/${one.id}`)).tags.map(({ id }: { id: string }) => id);
      await set(one, { tags: [...now, tags[n]!.id] }, cause);
    } else if (field === 'parent') {
      const parent = await account({ name: `Parent ${n}` });
      await set(one, { parent: parent.id }, cause, who);
    } else await set(one, { [field]: `Value ${n}` }, cause, who);
  }
  async function contents({ records, tags, made }: World) {
    const shown = [];
    for (const { id } of records) {
      const { name, city, country, parent, tags: own } = await read(`/accounts/${id}`);
      const places = own.map((tag: { id: string }) => tags.findIndex((each) => each.id === tag.id)).sort();
      shown.push({
        name: /^Value/.test(name) ? name : 'as it was',
        city,
        country,
        parent: parent?.name ?? null,
        tags: places,
      });
    }
    for (const id of made) shown.push((await read(`/accounts/${id}`)).name);
    return shown;
  }
});
