import { compileEvaluator, type Condition, linkKey } from '@pellucid/conditions';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { comparedReader, ownFields } from '../decide/scope-sql.js';
import { RecordViews } from '../read/record-views.js';
import { MergeWorld } from '../testing/merge-world.js';

/* Links of a company's field that say what the linked record is: `{object, id, role}`. */

const FIELD = 'custom.people';
const ROLES = ['Decision maker', 'Technical contact', 'a/b; c'];

let first: MergeWorld;
let world: MergeWorld;
let acme: any;
let globex: any;
let people: Link[];

interface Link {
  object: string;
  id: string;
  role?: string;
}

const define = (retired: string[] = [], name = 'people') =>
  world.engine.defineField(world.tenant, {
    object: 'note',
    name,
    type: 'links',
    settings: {
      linksTo: ['account', 'team'],
      options: ROLES.map((value) => ({
        value,
        label: `${value}!`,
        labels: { de: `${value} auf Deutsch` },
        ...(retired.includes(value) ? { retired: true } : {}),
      })),
    },
  });
const call = (method: string, url: string, body?: unknown, who = world.tenant) =>
  world.call(method, url, body, who);
const to = ({ id }: { id: string }, role?: string, object = 'account'): Link => ({
  object,
  id,
  ...(role ? { role } : {}),
});
const note = (links: unknown): Promise<any> => world.create('/notes', { custom: { people: links } });
const read = (id: string) => world.read(`/notes/${id}`);
const linksOf = (record: any) =>
  record.custom.people.map(({ object, id, role }: any) => to({ id }, role, object));
const write = (id: string, links: unknown) => call('PATCH', `/notes/${id}`, { custom: { people: links } });
const codesOf = ({ status, body }: any) => [status, body.errors?.map((e: any) => [e.pointer, e.code])];
const sorted = (links: Link[]) => [...links].sort((a, b) => (linkKey(a) < linkKey(b) ? -1 : 1));

beforeAll(async () => {
  first = await MergeWorld.start();
});
afterAll(() => first.engine.close());
beforeEach(async () => {
  world = await first.another();
  await define();
  acme = await world.account({ name: 'Acme' });
  globex = await world.account({ name: 'Globex' });
  const team = await world.create('/teams', { name: 'Sales' });
  people = [to(acme), to(globex), to(team, undefined, 'team')];
});

describe('a link with a role', () => {
  it('is read back as it was written: alone, in lists, in the history and as of a version', async () => {
    const links = fc
      .uniqueArray(fc.tuple(fc.nat({ max: 2 }), fc.option(fc.constantFrom(...ROLES), { nil: undefined })), {
        selector: ([n]) => n,
      })
      .map((some) => some.map(([n, role]) => ({ ...people[n]!, ...(role ? { role } : {}) })));
    await fc.assert(
      fc.asyncProperty(links, links, async (before, after) => {
        const made = await note(before);
        const { id } = made;
        expect(linksOf(made)).toEqual(sorted(before));
        expect(await read(id)).toEqual(made);
        const changed = (await write(id, after)).body;
        expect(linksOf(changed)).toEqual(sorted(after));
        const list = await call('POST', '/notes/query', {
          filter: { field: 'name', op: 'eq', value: made.name },
        });
        expect(list.body.data).toEqual([changed]);
        expect((await read(id)).custom).toEqual(changed.custom);
        const [event] = (await call('GET', `/notes/${id}/history`)).body.data;
        if (changed.version > 1)
          expect(event.changes[FIELD]).toEqual({ before: made.custom.people, after: changed.custom.people });
        const then = await world.read(`/notes/${id}/as-of?version=1`);
        expect(then.custom.people).toEqual(made.custom.people);
        // What was read can be sent back.
        expect((await write(id, changed.custom.people)).body.version).toBe(changed.version);
      }),
      { numRuns: 12 },
    );
  });

  it('may name the role by its label, and loses it without one', async () => {
    const { id } = await note([{ ...to(acme), role: 'decision MAKER!' }]);
    expect(linksOf(await read(id))).toEqual([to(acme, 'Decision maker')]);
    expect((await write(id, [{ ...to(acme), role: null }])).body.custom.people).toEqual([
      { ...to(acme), name: 'Acme' },
    ]);
  });

  it('is found by the record, by the record in the role, and by the role, alike in memory and in SQL', async () => {
    const ids: string[] = [];
    for (const links of [
      [],
      [to(acme)],
      [to(acme, ROLES[0])],
      [to(acme, ROLES[1]), to(globex, ROLES[0])],
      [to(globex, ROLES[2]), people[2]],
    ])
      ids.push((await note(links)).id);
    const asked = [
      to(acme),
      to(acme, ROLES[0]),
      to(globex, ROLES[0]),
      { role: ROLES[0] },
      { role: `${ROLES[2]}!` },
      [{ role: ROLES[1] }, people[2]],
    ];
    const expected = [[1, 2, 3], [2], [3], [2, 3], [4], [3, 4]];
    const { descriptor, clock } = await world.engine.as(world.tenant, () =>
      world.engine.records.reader.contextFor('note'),
    );
    const views = await world.engine.as(world.tenant, () =>
      world.engine.app.get(RecordViews).viewsOf('note', ids),
    );
    for (const [n, value] of asked.entries())
      for (const op of ['in', 'nin'] as const) {
        const condition = { field: FIELD, op, value: [value].flat() } as Condition;
        const found = await call('POST', '/notes/query', { filter: condition, sort: 'createdAt' });
        const listed = found.body.data.map(({ id }: any) => ids.indexOf(id));
        const holds = compileEvaluator(condition, ownFields(descriptor), clock);
        const held = ids.flatMap((id, i) =>
          holds(comparedReader(descriptor, views.get(id)!.state)) ? [i] : [],
        );
        expect(listed, JSON.stringify(condition)).toEqual(held);
        if (op === 'in') expect(listed).toEqual(expected[n]);
      }
    const unknown = { field: FIELD, op: 'contains', value: { role: 'Nobody' } };
    expect((await call('POST', '/notes/query', { filter: unknown })).status).toBe(400);
  });

  it('is refused with a role that does not exist, was retired, or that the field does not know, and twice', async () => {
    const held = await note([to(acme, ROLES[1])]);
    await define([ROLES[1]!]);
    const refusal = async (links: unknown) =>
      codesOf(await call('POST', '/notes', { name: 'Refused', custom: { people: links } }));
    const refused = (code: string) => [422, [['/custom/people', code]]];
    expect(await refusal([to(acme, 'Nobody')])).toEqual(refused('notAnOption'));
    expect(await refusal([to(acme, ROLES[1])])).toEqual(refused('optionRetired'));
    expect(await refusal([{ ...to(acme), role: 7 }])).toEqual(refused('wrongType'));
    expect(await refusal([to(acme), to(acme, ROLES[0])])).toEqual(refused('linkedTwice'));
    // The record keeps the role that it has.
    const more = await write(held.id, [to(acme, ROLES[1]), to(globex)]);
    expect(linksOf(more.body)).toEqual(sorted([to(acme, ROLES[1]), to(globex)]));
    await world.engine.defineField(world.tenant, {
      object: 'note',
      name: 'plain',
      type: 'links',
      settings: { linksTo: ['account'] },
    });
    const plain = { name: 'Plain', custom: { plain: [to(acme, ROLES[0])] } };
    expect(codesOf(await call('POST', '/notes', plain))).toEqual([
      422,
      [['/custom/plain', 'roleNotAllowed']],
    ]);
  });

  it('changes its role when the record is added in another one, and goes by the record alone', async () => {
    const { id } = await note([to(acme, ROLES[0]), to(globex, ROLES[1])]);
    const edit = async (doing: 'add' | 'remove', values: Link[]) => {
      const edits = [{ field: FIELD, do: doing, values }];
      const { body } = await call('POST', '/notes/bulk', { action: 'update', ids: [id], edits });
      expect(body.results[0].errors).toBeUndefined();
      return linksOf(await read(id));
    };
    expect(await edit('add', [to(acme, ROLES[1])])).toEqual(
      sorted([to(acme, ROLES[1]), to(globex, ROLES[1])]),
    );
    expect(await edit('add', [to(acme)])).toEqual(sorted([to(acme, ROLES[1]), to(globex, ROLES[1])]));
    expect(await edit('remove', [to(acme, ROLES[0])])).toHaveLength(2);
    expect(await edit('remove', [to(acme), to(globex, ROLES[1])])).toEqual([]);
  });
});

describe('other records', () => {
  it('take the role along when they are merged, and give everything back', async () => {
    const [both, only, own] = [
      await note([to(acme), to(globex, ROLES[0])]),
      await note([to(globex, ROLES[1])]),
      await note([to(acme, ROLES[2]), to(globex, ROLES[0])]),
    ];
    // Retired or not: the links are not new.
    await define(ROLES);
    const before = await world.contents();
    const merge = await world.merge(acme, [globex]);
    const after = await Promise.all([both, only, own].map(async ({ id }) => linksOf(await read(id))));
    expect(after).toEqual([[to(acme, ROLES[0])], [to(acme, ROLES[1])], [to(acme, ROLES[2])]]);
    await world.undo('merge', merge);
    expect(await world.contents()).toEqual(before);
  });

  it('have their links again, in their roles, when they are restored', async () => {
    const { id } = await note([to(acme, ROLES[0]), to(globex)]);
    await define(ROLES);
    expect((await call('DELETE', `/accounts/${acme.id}?referrers=unlink`)).status).toBe(204);
    expect(linksOf(await read(id))).toEqual([to(globex)]);
    expect((await call('POST', `/accounts/${acme.id}/restore`)).status).toBe(200);
    expect(linksOf(await read(id))).toEqual(sorted([to(acme, ROLES[0]), to(globex)]));
  });
});

it('tells people who do not see the field nothing of roles: two companies that differ in one answer alike', async () => {
  const answers = [];
  for (const role of [ROLES[0], ROLES[1]]) {
    const { id, name } = await note([to(acme, role)]);
    const blind = await world.engine.person(world.tenant, {
      permissions: [{ object: '*', action: '*', scope: 'all' }],
      fields: [{ object: 'note', field: FIELD, access: 'mask' }],
    });
    const said = [
      await call('GET', `/notes/${id}`, undefined, blind),
      await call('GET', `/notes/${id}/history`, undefined, blind),
      await call(
        'POST',
        '/notes/query',
        { filter: { field: FIELD, op: 'contains', value: { role } } },
        blind,
      ),
      await call('PATCH', `/notes/${id}`, { custom: { people: [to(acme, ROLES[0])] } }, blind),
    ].map(({ status, body }) => [status, body]);
    answers.push(
      JSON.stringify(said)
        .replaceAll(id, 'ID')
        .replaceAll(name, 'NAME')
        .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '…'),
    );
  }
  expect(answers[1]).toBe(answers[0]);
  for (const role of ROLES) expect(answers.join()).not.toContain(role);
});
