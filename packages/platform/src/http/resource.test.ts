import { expect, test } from 'vitest';
import { z } from 'zod';
import { resource } from './resource.js';

const answer = z.object({ id: z.uuid(), version: z.int() });
const things = resource({
  path: '/groups/{group}/things',
  tag: 'Things',
  access: { system: 'manageThings' },
  read: 'authenticated',
  params: z.strictObject({ group: z.string() }),
  answer,
  sample: (world) => ({ group: world['group']!, id: world['thing']! }),
});
const own = { operationId: 'x', summary: 'X' };
const world = { group: 'g', thing: 't', gone: 'd' };

test('endpoints of all have the parameters of the list, and those of one its ID as well', () => {
  const [list, one] = [things.list({ ...own, responses: { 200: z.object({}) } }), things.get(own)];
  expect([list.path, Object.keys(list.params!.shape), list.sample!(world)]).toEqual([
    '/groups/{group}/things',
    ['group'],
    { params: { group: 'g' } },
  ]);
  expect([one.path, Object.keys(one.params!.shape), one.sample!(world)]).toEqual([
    '/groups/{group}/things/{id}',
    ['group', 'id'],
    { params: { group: 'g', id: 't' } },
  ]);
});

test('reading may be open to more people than changing', () => {
  const body = z.object({});
  expect([things.get(own).access, things.list({ ...own, responses: {} }).access]).toEqual(
    Array(2).fill('authenticated'),
  );
  for (const spec of [things.create({ ...own, body }), things.change({ ...own, body }), things.remove(own)])
    expect(spec.access).toEqual({ system: 'manageThings' });
});

test('answers and ETags follow from the kind of endpoint, unless it says otherwise', () => {
  const body = z.object({});
  const kept = (spec: ReturnType<typeof things.get>) => [spec.method, spec.conditional, spec.responses];
  expect(kept(things.create({ ...own, body }))).toEqual(['post', true, { 201: answer }]);
  expect(kept(things.change({ ...own, body }))).toEqual(['patch', true, { 200: answer }]);
  expect(kept(things.remove(own))).toEqual(['delete', true, { 204: null }]);
  expect(kept(things.post('/copy', { ...own, status: 201 }))).toEqual(['post', true, { 201: answer }]);
  expect(kept(things.remove({ ...own, conditional: false }))).toEqual(['delete', false, { 204: null }]);
});

test('an endpoint can add to its sample, or name another thing', () => {
  const sample = () => ({ body: { name: 'Sample' } });
  expect(things.change({ ...own, body: z.object({}), sample }).sample!(world)).toEqual({
    params: { group: 'g', id: 't' },
    body: { name: 'Sample' },
  });
  const restore = things.post('/restore', { ...own, sample: (w) => ({ params: { id: w['gone']! } }) });
  expect(restore.sample!(world)).toEqual({ params: { id: 'd' } });
});
