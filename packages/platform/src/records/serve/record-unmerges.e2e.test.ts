import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkTo, mergeRequest, MergeWorld } from '../testing/merge-world.js';

/* Undoing merges: what comes back, what others have changed since, and undoing that again. */

let world: MergeWorld;

const call = (...args: Parameters<MergeWorld['call']>) => world.call(...args);
const create = (path: string, values?: object) => world.create(path, values);
const account = (values?: object) => world.account(values);
const read = (path: string) => world.read(path);
const merge = (...args: Parameters<MergeWorld['merge']>) => world.merge(...args);
const undo = (...args: Parameters<MergeWorld['undo']>) => world.undo(...args);

beforeAll(async () => {
  world = await MergeWorld.start();
});
afterAll(() => world?.engine.close());

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
    await world.engine.defineField(world.tenant, {
      object: 'account',
      name: 'key',
      type: 'text',
      settings: { isUnique: true },
    });
    const [kept, gone] = [await account(), await account({ custom: { key: 'K' }, city: 'Rome' })];
    const note = await create('/notes', { about: linkTo(gone) });
    const id = await merge(kept, [gone], { 'custom.key': { from: gone.id }, city: { from: gone.id } });
    const unmerge = await undo('merge', id);
    const later = await create('/notes', { about: linkTo(gone) });
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
});

it('of tags brings them back on records that had one or both', async () => {
  const [gone, kept] = [await create('/tags'), await create('/tags')];
  await account({ tags: [gone.id] });
  await account({ tags: [gone.id, kept.id] });
  const before = await world.contents();
  const { status, body } = await call('POST', '/tags/merge', mergeRequest(kept, [gone]));
  expect(status, JSON.stringify(body)).toBe(200);
  await undo('merge', body.id);
  expect(await world.contents()).toEqual(before);
});

it('of two merges in a row gives keys in another system back, those of any source', async () => {
  const [gone, kept, other] = [
    await account({ externalId: 'first' }),
    await account(),
    await account({ externalId: 'second' }),
  ];
  await world.engine.admin.query(
    `insert into external_id (tenant_id, object, source, value, value_norm, record_id)
     values ($1, 'account', 'crm', 'C-1', 'c-1', $2)`,
    [world.tenant.id, gone.id],
  );
  const before = await world.contents();
  const first = await merge(kept, [gone]);
  expect((await read(`/accounts/${kept.id}`)).externalId).toBe('first');
  const second = await merge(other, [await read(`/accounts/${kept.id}`)]);
  expect((await read(`/accounts/${other.id}`)).externalId).toBe('second');
  await undo('merge', second);
  expect((await read(`/accounts/${kept.id}`)).externalId).toBe('first');
  await undo('merge', first);
  expect(await world.contents()).toEqual(before);
});

it('leaves a link that somebody has changed since, and names it', async () => {
  const [gone, kept, other] = [await account(), await account(), await account()];
  const [changed, moved] = [await account({ parent: gone.id }), await account({ parent: gone.id })];
  const id = await merge(kept, [gone]);
  await call('PATCH', `/accounts/${changed.id}`, { parent: other.id });
  const { outcomes } = await undo('merge', id);
  expect(outcomes.flatMap((each) => each.kept)).toMatchObject([{ field: 'parent', code: 'changedSince' }]);
  expect((await read(`/accounts/${changed.id}`)).parent.id).toBe(other.id);
  expect((await read(`/accounts/${moved.id}`)).parent.id).toBe(gone.id);
});
