import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentContext, runInContext } from '../../context/index.js';
import { UnitOfWorkFactory } from '../../db/unit-of-work.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { createNotes, sampleNote } from '../testing/sample-note.js';
import { createOrderTables, sampleOrder } from '../testing/sample-order.js';
import { sampleDescriptors } from '../testing/sample-objects.js';
import { RecordUndo } from './record-undo.js';
import { RecordService } from './record.service.js';

/* Merging several records with chosen values, its preview, and giving back exactly what was before. */

let engine: EngineApp;
let tenant: EngineTenant;

const call = (method: string, url: string, body?: unknown, who = tenant) =>
  engine.call(who, method, url, body);
let made = 0;
async function create(path: string, values: object = {}): Promise<any> {
  const answer = await call('POST', path, { name: `Record ${++made}`, ...values });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}
const account = (values: object = {}) => create('/accounts', values);
const link = ({ id }: { id: string }) => ({ object: 'account', id });
const read = async (path: string, who = tenant) => (await call('GET', path, undefined, who)).body;
type Versioned = { id: string; version: number };
const request = (into: Versioned, others: Versioned[], values?: object) => ({
  into: into.id,
  records: [into, ...others].map(({ id, version }) => ({ id, version })),
  ...(values ? { values } : {}),
});
async function merge(into: Versioned, others: Versioned[], values?: object): Promise<string> {
  const { status, body } = await call('POST', '/accounts/merge', request(into, others, values));
  expect(status, JSON.stringify(body)).toBe(200);
  return body.id;
}
/** Undoes a merge or an undo. @returns the id of the undo, and what stays */
async function undo(kind: 'merge' | 'undo', id: string) {
  return engine.as(tenant, () => {
    const cause = { kind: 'undo' as const, id: randomUUID() };
    return runInContext({ ...currentContext(), cause }, async () => {
      const undos = engine.app.get(RecordUndo, { strict: false });
      const work = (uow: any) => undos.whole(uow, { cause: { kind, id } });
      const done = await engine.app.get(UnitOfWorkFactory, { strict: false }).run(work);
      return { id: cause.id, ...done };
    });
  });
}

beforeAll(async () => {
  engine = await startEngine([...sampleDescriptors, sampleNote, sampleOrder]);
  await createNotes(engine);
  await createOrderTables(engine.admin);
  tenant = await engine.tenant();
});
afterAll(() => engine.close());

describe('merging several records', () => {
  it('gives the one that stays the chosen values, and says in one event where they come from', async () => {
    const [red, blue] = [await create('/tags'), await create('/tags')];
    const kept = await account({ city: 'Bern', tags: [red.id] });
    const a = await account({ city: 'Rome', country: 'IT', website: 'https://a.example', tags: [blue.id] });
    const b = await account({ city: 'Oslo', country: 'NO', employees: 5 });
    const child = await account({ parent: b.id });
    await merge(kept, [a, b], {
      city: { from: a.id },
      country: { from: kept.id },
      employees: { from: b.id },
      phone: { value: '+41 31 000 00 00' },
      tags: { unite: true },
    });
    const now = await read(`/accounts/${kept.id}`);
    expect(now).toMatchObject({ city: 'Rome', country: null, employees: 5, website: null });
    expect(now.tags.map(({ id }: any) => id).sort()).toEqual([red.id, blue.id].sort());
    expect((await read(`/accounts/${child.id}`)).parent.id).toBe(kept.id);
    for (const { id } of [a, b]) expect((await call('GET', `/accounts/${id}`)).status).toBe(308);
    const [event, ...older] = (await read(`/accounts/${kept.id}/history`)).data;
    expect(older.map(({ verb }: any) => verb)).toEqual(['created']);
    expect([event.verb, event.cause.kind, event.mergedWith]).toEqual([
      'merged',
      'merge',
      [a, b].map(({ id, name }) => ({ id, name })),
    ]);
    expect(event.changes.city).toEqual({
      before: 'Bern',
      after: 'Rome',
      origin: { kind: 'merged', record: { id: a.id, name: a.name } },
    });
    expect(event.changes.phone.origin).toBeUndefined();
  });

  it('moves a unique value, and gives it back', async () => {
    await engine.defineField(tenant, {
      object: 'account',
      name: 'code',
      type: 'text',
      settings: { isUnique: true },
    });
    const [kept, gone] = [await account(), await account({ custom: { code: 'X-1' } })];
    const id = await merge(kept, [gone], { 'custom.code': { from: gone.id } });
    expect((await read(`/accounts/${kept.id}`)).custom.code).toBe('X-1');
    await undo('merge', id);
    expect((await read(`/accounts/${kept.id}`)).custom.code).toBeNull();
    expect((await read(`/accounts/${gone.id}`)).custom.code).toBe('X-1');
  });

  it('copies and unites lines', async () => {
    const item = await account();
    const [one, two] = [
      await create('/orders', { lines: [{ item: item.id, quantity: 1, note: 'One' }] }),
      await create('/orders', { lines: [{ item: item.id, quantity: 2, price: '3.00', note: 'Two' }] }),
    ];
    const { status, body } = await call(
      'POST',
      '/orders/merge',
      request(one, [two], { lines: { unite: true } }),
    );
    expect(status, JSON.stringify(body)).toBe(200);
    const { lines } = await read(`/orders/${one.id}`);
    expect(lines.map(({ note, quantity, price }: any) => [note, quantity, price])).toEqual([
      ['One', '1', null],
      ['Two', '2', '3.00'],
    ]);
    expect(lines[0].id).toBe(one.lines[0].id);
  });

  it('refuses what it can’t do, with the choice that is meant, and writes nothing', async () => {
    const [kept, gone, other] = [await account(), await account(), await account()];
    const refusal = async (body: object) => {
      const answer = await call('POST', '/accounts/merge', body);
      return [answer.status, answer.body.errors?.map((e: any) => [e.pointer, e.code]) ?? answer.body.code];
    };
    const wrong = {
      city: { from: other.id },
      country: { unite: true },
      nothing: { value: 1 },
      'custom.none': { from: kept.id },
    };
    expect(await refusal(request(kept, [gone], wrong))).toEqual([
      422,
      [
        ['/values/city', 'notMerged'],
        ['/values/country', 'notAList'],
        ['/values/nothing', 'unknownField'],
        ['/values/custom.none', 'unknownField'],
      ],
    ]);
    expect(await refusal(request(kept, [gone], { employees: { value: -1 } }))).toEqual([
      422,
      [['/values/employees', 'belowMinimum']],
    ]);
    expect(await refusal(request(kept, [{ ...gone, version: 2 }]))).toEqual([412, 'versionStale']);
    expect(await refusal({ ...request(kept, [gone]), into: other.id })).toEqual([
      422,
      [['/into', 'notMerged']],
    ]);
    expect(await refusal(request(kept, [kept]))).toEqual([422, [['/into', 'notMerged']]]);
    expect((await refusal(request(kept, [])))[0]).toBe(422);
    expect(await refusal(request(kept, [{ id: randomUUID(), version: 1 }]))).toEqual([404, 'notFound']);
    for (const { id } of [kept, gone]) expect((await read(`/accounts/${id}`)).version).toBe(1);
  });

  it('takes amounts only with their currency', async () => {
    const lines = async () => [{ item: (await account()).id, price: '7.00' }];
    const [kept, gone] = [
      await create('/orders', { currency: 'EUR', lines: await lines() }),
      await create('/orders', { currency: 'JPY', lines: [{ ...(await lines())[0], price: '7' }] }),
    ];
    const choose = async (values: object) =>
      (await call('POST', '/orders/merge/preview', request(kept, [gone], values))).body;
    const alone = await choose({ lines: { unite: true } });
    expect(alone.refused.map((e: any) => [e.pointer, e.code])).toEqual([
      ['/values/lines', 'currencyFromAnother'],
    ]);
    const both = await choose({ lines: { from: gone.id }, currency: { from: gone.id } });
    expect(both.result).toMatchObject({ currency: 'JPY', lines: [{ price: '7' }] });
  });
});

describe('rights to a merge', () => {
  const rights = (fields: any[] = [], ...actions: string[]) => ({
    permissions: actions.map((action) => ({ object: 'account', action, scope: 'all' as const })),
    fields,
  });

  it('are to change the one and delete the others', async () => {
    const [kept, gone] = [await account(), await account()];
    for (const [actions, status] of [
      [['read', 'update'], 403],
      [['read', 'delete'], 403],
      [['read', 'update', 'delete'], 200],
    ] as const) {
      const who = await engine.person(tenant, rights([], ...actions));
      const answer = await call('POST', '/accounts/merge/preview', request(kept, [gone]), who);
      expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    }
  });

  it('tell nothing hidden: two worlds that differ in it answer alike', async () => {
    const blind = await engine.person(
      tenant,
      rights(
        [
          { object: 'account', field: 'city', access: 'hidden' },
          { object: 'account', field: 'country', access: 'mask' },
        ],
        'read',
        'update',
        'delete',
      ),
    );
    const answers: [boolean, string][] = [];
    for (const [city, note] of [
      ['Bern', true],
      ['Basel', false],
    ] as const) {
      const kept = await account({ name: 'Kept', city: 'Bern', country: 'CH' });
      const gone = await account({ name: 'Gone', city, country: city });
      if (note) await create('/notes', { about: link(gone) });
      for (const values of [
        {},
        { city: { from: gone.id } },
        { country: { from: gone.id } },
        { city: { value: 'Bern' } },
      ]) {
        const { body } = await call('POST', '/accounts/merge/preview', request(kept, [gone], values), blind);
        answers.push([
          note,
          JSON.stringify(body)
            .replaceAll(kept.id, 'kept')
            .replaceAll(gone.id, 'gone')
            .replace(/"(createdAt|updatedAt)":"[^"]*"/g, ''),
        ]);
      }
    }
    const of = (world: boolean) => answers.flatMap(([note, text]) => (note === world ? [text] : []));
    expect(of(true)).toEqual(of(false));
    expect(of(true)[1]).toContain('fieldWithheld');
    expect(of(true)[0]).not.toContain('"field":"city"');
  });

  it('let a hidden value of the record that stays stay', async () => {
    const blind = await engine.person(
      tenant,
      rights([{ object: 'account', field: 'city', access: 'hidden' }], 'read', 'update', 'delete'),
    );
    const [kept, gone] = [await account({ city: 'Bern' }), await account({ city: 'Rome' })];
    await call('POST', '/accounts/merge', request(kept, [gone]), blind);
    expect((await read(`/accounts/${kept.id}`)).city).toBe('Bern');
  });
});

describe('a preview', () => {
  it('shows the fields, the result and what moves, and writes nothing', async () => {
    const [kept, gone] = [await account({ city: 'Bern' }), await account({ city: 'Rome' })];
    const child = await account({ parent: gone.id });
    const { body } = await call(
      'POST',
      '/accounts/merge/preview',
      request(kept, [gone], { city: { from: gone.id } }),
    );
    expect(body.records.map(({ id }: any) => id)).toEqual([kept.id, gone.id]);
    expect(body.result.city).toBe('Rome');
    expect(body.refused).toEqual([]);
    const of = (field: string) => body.fields.find((each: any) => each.field === field);
    expect(of('city')).toEqual({
      field: 'city',
      label: 'City',
      differs: true,
      choosable: true,
      unitable: false,
    });
    expect(of('country')).toMatchObject({ differs: false });
    expect(of('tags')).toMatchObject({ unitable: true });
    expect(body.moves).toMatchObject([
      { object: 'account', field: 'parent', count: 1, records: [{ id: child.id, name: child.name }] },
    ]);
    expect((await call('GET', `/accounts/${gone.id}`)).status).toBe(200);
    expect((await read(`/accounts/${kept.id}`)).version).toBe(1);
  });

  it('says why the merge would be refused', async () => {
    const gone = await account();
    const kept = await account({ parent: (await account({ parent: gone.id })).id });
    const { status, body } = await call('POST', '/accounts/merge/preview', request(kept, [gone]));
    expect([status, body.result, body.refused.map((e: any) => e.code)]).toEqual([
      200,
      null,
      ['referenceStays'],
    ]);
  });
});

describe('undoing a merge', () => {
  it('keeps later edits, and names them', async () => {
    const [kept, gone] = [
      await account({ city: 'Bern', country: 'CH' }),
      await account({ city: 'Rome', country: 'IT' }),
    ];
    const id = await merge(kept, [gone], { city: { from: gone.id }, country: { from: gone.id } });
    await call('PATCH', `/accounts/${kept.id}`, { city: 'Oslo' });
    const { outcomes } = await undo('merge', id);
    expect(outcomes.flatMap((each) => each.kept)).toMatchObject([{ field: 'city', code: 'changedSince' }]);
    expect(await read(`/accounts/${kept.id}`)).toMatchObject({ city: 'Oslo', country: 'CH' });
    expect(await read(`/accounts/${gone.id}`)).toMatchObject({ city: 'Rome', country: 'IT' });
  });

  it('that is undone merges again, with everything that links to the record by now', async () => {
    await engine.defineField(tenant, {
      object: 'account',
      name: 'key',
      type: 'text',
      settings: { isUnique: true },
    });
    const [kept, gone] = [await account(), await account({ custom: { key: 'K' }, city: 'Rome' })];
    const note = await create('/notes', { about: link(gone) });
    const id = await merge(kept, [gone], { 'custom.key': { from: gone.id }, city: { from: gone.id } });
    const unmerge = await undo('merge', id);
    const later = await create('/notes', { about: link(gone) });
    const again = await undo('undo', unmerge.id);
    expect(again.outcomes.flatMap((each) => each.kept)).toEqual([]);
    expect((await call('GET', `/accounts/${gone.id}`)).status).toBe(308);
    for (const each of [note, later]) expect((await read(`/notes/${each.id}`)).about.id).toBe(kept.id);
    expect(await read(`/accounts/${kept.id}`)).toMatchObject({ city: 'Rome', custom: { key: 'K' } });
    await undo('undo', again.id);
    expect((await call('GET', `/accounts/${gone.id}`)).status).toBe(200);
    for (const each of [note, later]) expect((await read(`/notes/${each.id}`)).about.id).toBe(gone.id);
    expect(await read(`/accounts/${gone.id}`)).toMatchObject({ city: 'Rome', custom: { key: 'K' } });
  });

  it('that is undone leaves a record that somebody has changed since', async () => {
    const [kept, gone] = [await account(), await account()];
    const unmerge = await undo('merge', await merge(kept, [gone]));
    await call('PATCH', `/accounts/${gone.id}`, { city: 'Oslo' });
    const { outcomes } = await undo('undo', unmerge.id);
    expect(outcomes.flatMap((each) => each.kept)).toMatchObject([{ field: 'city', code: 'changedSince' }]);
    expect((await call('GET', `/accounts/${gone.id}`)).status).toBe(200);
  });

  const TABLES = ['account', 'note', 'record_link', 'record_tag', 'external_id', 'record_redirect', 'tag'];
  /** Contents of the tables, without versions, times and authors. */
  async function contents(of: EngineTenant) {
    const found: Record<string, unknown[]> = {};
    for (const table of TABLES) {
      const { rows } = await engine.admin.query(
        `select regexp_replace((to_jsonb(t) - array['version', 'created_at', 'updated_at', 'updated_by_kind', 'updated_by_id', 'at'])::text,
           '"deleted_at": "[^"]*"', '"deleted_at": true') as row
           from ${table} t where tenant_id = $1 order by 1`,
        [of.id],
      );
      found[table] = rows.map(({ row }) => row);
    }
    return found;
  }

  it('gives back exactly what was before, whatever is linked', async () => {
    const size = 5;
    const index = fc.integer({ min: 0, max: size - 1 });
    const choice = fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 2 }));
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          parents: fc.array(fc.option(index), { minLength: size, maxLength: size }),
          partners: fc.array(fc.option(index), { minLength: size, maxLength: size }),
          keys: fc.array(fc.boolean(), { minLength: size, maxLength: size }),
          tags: fc.array(fc.subarray([0, 1, 2]), { minLength: size, maxLength: size }),
          notes: fc.array(fc.record({ about: index, see: fc.uniqueArray(index, { maxLength: 3 }) }), {
            maxLength: 4,
          }),
          merged: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 2, maxLength: 4 }),
          choices: fc.record({ city: choice, tags: fc.boolean(), partner: choice }),
          earlier: fc.boolean(),
        }),
        async ({ parents, partners, keys, tags, notes, merged, choices, earlier }) => {
          const before = tenant;
          tenant = await engine.tenant();
          try {
            await engine.defineField(tenant, {
              object: 'account',
              name: 'partner',
              type: 'reference',
              settings: { references: 'account' },
            });
            const all: any[] = [];
            const labels = [await create('/tags'), await create('/tags'), await create('/tags')];
            for (let n = 0; n < size; n++)
              all.push(
                await account({
                  city: `City ${n}`,
                  tags: tags[n]!.map((each) => labels[each]!.id),
                  ...(keys[n] ? { externalId: `k-${n}` } : {}),
                  // Only to earlier ones, so that no record belongs to itself.
                  ...(parents[n] != null && parents[n]! < n ? { parent: all[parents[n]!].id } : {}),
                }),
              );
            for (let n = 0; n < size; n++)
              if (partners[n] != null)
                await call('PATCH', `/accounts/${all[n].id}`, { custom: { partner: all[partners[n]!].id } });
            for (const { about, see } of notes)
              await create('/notes', { about: link(all[about]), see: see.map((each) => link(all[each])) });
            if (earlier) {
              const old = await account();
              await merge(await read(`/accounts/${all[merged[1]!].id}`), [old]);
            }
            const records: any[] = [];
            for (const n of merged) records.push(await read(`/accounts/${all[n].id}`));
            const state = await contents(tenant);
            const [into, ...others] = records;
            const from = (at: number | undefined) => {
              const one = at === undefined ? undefined : records[at];
              return one && { from: one.id };
            };
            const { status, body } = await call(
              'POST',
              '/accounts/merge',
              request(into, others, {
                ...(from(choices.city) ? { city: from(choices.city) } : {}),
                ...(from(choices.partner) ? { 'custom.partner': from(choices.partner) } : {}),
                ...(choices.tags ? { tags: { unite: true } } : {}),
              }),
            );
            if (status === 409 || status === 422) {
              expect(await contents(tenant)).toEqual(state);
              return;
            }
            expect(status, JSON.stringify(body)).toBe(200);
            const merge1 = await contents(tenant);
            const unmerge = await undo('merge', body.id);
            expect(unmerge.outcomes.flatMap(({ kept }) => kept)).toEqual([]);
            expect(await contents(tenant)).toEqual(state);
            const again = await undo('undo', unmerge.id);
            expect(again.outcomes.flatMap(({ kept }) => kept)).toEqual([]);
            expect(await contents(tenant)).toEqual(merge1);
            await undo('undo', again.id);
            expect(await contents(tenant)).toEqual(state);
          } finally {
            tenant = before;
          }
        },
      ),
      { numRuns: 8 },
    );
  });
});

it('is undone by the facade’s merge of two records too', async () => {
  const [kept, gone] = [await account(), await account()];
  await engine.as(tenant, () =>
    engine.app.get(RecordService, { strict: false }).merge('account', gone.id, kept.id),
  );
  expect((await call('GET', `/accounts/${gone.id}`)).status).toBe(308);
});
