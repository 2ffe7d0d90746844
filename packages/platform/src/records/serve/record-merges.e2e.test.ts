import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkTo, mergeRequest, MergeWorld } from '../testing/merge-world.js';

/* Merging several records with chosen values, who may, and its preview. */

let world: MergeWorld;

const call = (...args: Parameters<MergeWorld['call']>) => world.call(...args);
const create = (path: string, values?: object) => world.create(path, values);
const account = (values?: object) => world.account(values);
const read = (path: string) => world.read(path);
const merge = (...args: Parameters<MergeWorld['merge']>) => world.merge(...args);

beforeAll(async () => {
  world = await MergeWorld.start();
});
afterAll(() => world?.engine.close());

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
    await world.engine.defineField(world.tenant, {
      object: 'account',
      name: 'code',
      type: 'text',
      settings: { isUnique: true },
    });
    const [kept, gone] = [await account(), await account({ custom: { code: 'X-1' } })];
    const id = await merge(kept, [gone], { 'custom.code': { from: gone.id } });
    expect((await read(`/accounts/${kept.id}`)).custom.code).toBe('X-1');
    await world.undo('merge', id);
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
      mergeRequest(one, [two], { lines: { unite: true } }),
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
    expect(await refusal(mergeRequest(kept, [gone], wrong))).toEqual([
      422,
      [
        ['/values/city', 'notMerged'],
        ['/values/country', 'notAList'],
        ['/values/nothing', 'unknownField'],
        ['/values/custom.none', 'unknownField'],
      ],
    ]);
    expect(await refusal(mergeRequest(kept, [gone], { employees: { value: -1 } }))).toEqual([
      422,
      [['/values/employees', 'belowMinimum']],
    ]);
    expect(await refusal(mergeRequest(kept, [{ ...gone, version: 2 }]))).toEqual([412, 'versionStale']);
    expect(await refusal({ ...mergeRequest(kept, [gone]), into: other.id })).toEqual([
      422,
      [['/into', 'notMerged']],
    ]);
    expect(await refusal(mergeRequest(kept, [kept]))).toEqual([422, [['/into', 'notMerged']]]);
    expect((await refusal(mergeRequest(kept, [])))[0]).toBe(422);
    expect(await refusal(mergeRequest(kept, [{ id: randomUUID(), version: 1 }]))).toEqual([404, 'notFound']);
    for (const { id } of [kept, gone]) expect((await read(`/accounts/${id}`)).version).toBe(1);
  });

  it('takes amounts only with their currency', async () => {
    const lines = async () => [{ item: (await account()).id, price: '7.00' }];
    const [kept, gone] = [
      await create('/orders', { currency: 'EUR', lines: await lines() }),
      await create('/orders', { currency: 'JPY', lines: [{ ...(await lines())[0], price: '7' }] }),
    ];
    const choose = async (values: object) =>
      (await call('POST', '/orders/merge/preview', mergeRequest(kept, [gone], values))).body;
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
      const who = await world.engine.person(world.tenant, rights([], ...actions));
      const answer = await call('POST', '/accounts/merge/preview', mergeRequest(kept, [gone]), who);
      expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    }
  });

  it('tell nothing hidden: two worlds that differ in it answer alike', async () => {
    const blind = await world.engine.person(
      world.tenant,
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
      if (note) await create('/notes', { about: linkTo(gone) });
      for (const values of [
        {},
        { city: { from: gone.id } },
        { country: { from: gone.id } },
        { city: { value: 'Bern' } },
      ]) {
        const { body } = await call(
          'POST',
          '/accounts/merge/preview',
          mergeRequest(kept, [gone], values),
          blind,
        );
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
    const blind = await world.engine.person(
      world.tenant,
      rights([{ object: 'account', field: 'city', access: 'hidden' }], 'read', 'update', 'delete'),
    );
    const [kept, gone] = [await account({ city: 'Bern' }), await account({ city: 'Rome' })];
    await call('POST', '/accounts/merge', mergeRequest(kept, [gone]), blind);
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
      mergeRequest(kept, [gone], { city: { from: gone.id } }),
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

  it('tries the first links of many, counts them all, and the merge moves them all', async () => {
    const [kept, gone] = [await account(), await account()];
    const rows = Array.from({ length: 501 }, (_, n) => ({ name: `Child ${n}`, parent: gone.id }));
    for (const part of [rows.slice(0, 500), rows.slice(500)])
      expect((await call('POST', '/accounts/bulk', { action: 'create', rows: part })).status).toBe(200);
    const { body } = await call('POST', '/accounts/merge/preview', mergeRequest(kept, [gone]));
    expect([body.refused, body.moves[0].count]).toEqual([[], 501]);
    const children = async ({ id }: { id: string }) => {
      const text = 'select count(*)::int as n, max(version) as version from account where parent_id = $1';
      const { rows: found } = await world.engine.admin.query(text, [id]);
      return found[0];
    };
    expect(await children(gone)).toEqual({ n: 501, version: 1 });
    await merge(kept, [gone]);
    expect(await children(kept)).toEqual({ n: 501, version: 2 });
  });

  it('says why the merge would be refused', async () => {
    const gone = await account();
    const kept = await account({ parent: (await account({ parent: gone.id })).id });
    const { status, body } = await call('POST', '/accounts/merge/preview', mergeRequest(kept, [gone]));
    expect([status, body.result, body.refused.map((e: any) => e.code)]).toEqual([
      200,
      null,
      ['referenceStays'],
    ]);
  });
});
