import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { linkTo, mergeRequest, MergeWorld } from '../testing/merge-world.js';

/* Merges of generated records: undoing gives back exactly what was before, and undoing that merges again. */

/** Accounts of a case. */
const SIZE = 5;

let engine: MergeWorld;

beforeAll(async () => {
  engine = await MergeWorld.start();
});
afterAll(() => engine?.engine.close());

const index = fc.integer({ min: 0, max: SIZE - 1 });
const each = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: SIZE, maxLength: SIZE });
const choice = fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 2 }));
const cases = fc.record({
  parents: each(fc.option(index)),
  partners: each(fc.option(index)),
  keys: each(fc.boolean()),
  tags: each(fc.subarray([0, 1, 2])),
  notes: fc.array(fc.record({ about: index, see: fc.uniqueArray(index, { maxLength: 3 }) }), {
    maxLength: 4,
  }),
  merged: fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 2, maxLength: 4 }),
  choices: fc.record({ city: choice, tags: fc.boolean(), partner: choice }),
  earlier: fc.boolean(),
});
type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** Creates the records of a case. @returns the accounts */
async function records(world: MergeWorld, { parents, partners, keys, tags, notes }: Case): Promise<any[]> {
  await world.engine.defineField(world.tenant, {
    object: 'account',
    name: 'partner',
    type: 'reference',
    settings: { references: 'account' },
  });
  const all: any[] = [];
  const labels = [await world.create('/tags'), await world.create('/tags'), await world.create('/tags')];
  for (let n = 0; n < SIZE; n++)
    all.push(
      await world.account({
        city: `City ${n}`,
        tags: tags[n]!.map((tag) => labels[tag]!.id),
        ...(keys[n] ? { externalId: `k-${n}` } : {}),
        // Only to earlier ones, so that no record belongs to itself.
        ...(parents[n] != null && parents[n]! < n ? { parent: all[parents[n]!].id } : {}),
      }),
    );
  for (let n = 0; n < SIZE; n++)
    if (partners[n] != null)
      await world.call('PATCH', `/accounts/${all[n].id}`, { custom: { partner: all[partners[n]!].id } });
  for (const { about, see } of notes)
    await world.create('/notes', { about: linkTo(all[about]), see: see.map((n) => linkTo(all[n])) });
  return all;
}

async function holds(world: MergeWorld, given: Case): Promise<void> {
  const { merged, choices, earlier } = given;
  const all = await records(world, given);
  if (earlier) {
    const old = await world.account();
    await world.merge(await world.read(`/accounts/${all[merged[1]!].id}`), [old]);
  }
  const chosen: any[] = [];
  for (const n of merged) chosen.push(await world.read(`/accounts/${all[n].id}`));
  const before = await world.contents();
  const [into, ...others] = chosen;
  const from = (key: string, at: number | undefined) =>
    at === undefined || !chosen[at] ? {} : { [key]: { from: chosen[at].id } };
  const values = {
    ...from('city', choices.city),
    ...from('custom.partner', choices.partner),
    ...(choices.tags ? { tags: { unite: true } } : {}),
  };
  const { status, body } = await world.call('POST', '/accounts/merge', mergeRequest(into, others, values));
  if (status === 409 || status === 422) {
    expect(await world.contents()).toEqual(before);
    return;
  }
  expect(status, JSON.stringify(body)).toBe(200);
  const after = await world.contents();
  const kept = (undo: Awaited<ReturnType<MergeWorld['undo']>>) => undo.outcomes.flatMap((one) => one.kept);
  const unmerge = await world.undo('merge', body.id);
  expect([kept(unmerge), await world.contents()]).toEqual([[], before]);
  const again = await world.undo('undo', unmerge.id);
  expect([kept(again), await world.contents()]).toEqual([[], after]);
  await world.undo('undo', again.id);
  expect(await world.contents()).toEqual(before);
}

it('gives back exactly what was before, whatever is linked', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (given) => holds(await engine.another(), given)),
    { numRuns: 8 },
  );
});
