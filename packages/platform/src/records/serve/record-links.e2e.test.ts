import {
  checkCondition,
  compileEvaluator,
  type Condition,
  linkKey,
  operatorsFor,
  type RecordLink,
} from '@pellucid/conditions';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { comparedReader, ownFields } from '../decide/scope-sql.js';
import { RecordViews } from '../read/record-views.js';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { sampleDescriptors } from '../testing/sample-objects.js';
import { createNotes, sampleNote } from '../testing/sample-note.js';
import { RecordErasure } from './record-erasure.js';

/* Links to records of several objects, one (`about`) or many (`subjects`, `see`), on their way through the engine. */

let engine: EngineApp;
let tenant: EngineTenant;
let acme: RecordLink;
let globex: RecordLink;
let sales: RecordLink;

const call = (method: string, url: string, body?: unknown, who = tenant) =>
  engine.call(who, method, url, body);
let made = 0;
async function create(path: string, values: object = {}, who = tenant): Promise<any> {
  const answer = await call('POST', path, { name: `Record ${++made}`, ...values }, who);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}
const account = async (values: object = {}): Promise<RecordLink> => ({
  object: 'account',
  id: (await create('/accounts', values)).id,
});
const read = async (id: string, who = tenant) => (await call('GET', `/notes/${id}`, undefined, who)).body;
const listed = async (body: object = {}, who = tenant): Promise<any[]> =>
  (await call('POST', '/notes/query', { limit: 200, ...body }, who)).body.data;
const found = async (filter: object, who = tenant) =>
  (await listed({ filter, sort: 'createdAt' }, who)).map(({ id }) => id);

beforeAll(async () => {
  engine = await startEngine([...sampleDescriptors, sampleNote]);
  await createNotes(engine);
  tenant = await engine.tenant();
  acme = await account({ name: 'Acme' });
  globex = await account({ name: 'Globex' });
  sales = { object: 'team', id: (await create('/teams', { name: 'Sales' })).id };
});
afterAll(() => engine.close());

describe('a record with links', () => {
  it('shows the objects, ids and names of what it links to, alike in every answer', async () => {
    const note = await create('/notes', { about: sales, subjects: [globex, acme, acme], see: [] });
    expect(note.about).toEqual({ ...sales, name: 'Sales' });
    expect(note.subjects).toEqual(
      [acme, globex].map((link, n) => ({ ...link, name: ['Acme', 'Globex'][n] })),
    );
    expect(await read(note.id)).toEqual(note);
    expect(await listed({ filter: { field: 'name', op: 'eq', value: note.name } })).toEqual([note]);
    // What was read can be sent back.
    const again = await call('PATCH', `/notes/${note.id}`, { about: note.about, subjects: note.subjects });
    expect(again.body).toEqual(note);
  });

  it('keeps links when they change in its history, with their names', async () => {
    const note = await create('/notes', { about: acme, subjects: [acme, sales] });
    const changed = await call('PATCH', `/notes/${note.id}`, { about: null, subjects: [sales, globex] });
    expect(changed.body).toMatchObject({ about: null, version: 2 });
    const [event] = (await call('GET', `/notes/${note.id}/history`)).body.data;
    expect(event.changes).toEqual({
      about: { before: note.about, after: null },
      subjects: { before: note.subjects, after: changed.body.subjects },
    });
    const before = (await call('GET', `/notes/${note.id}/as-of?version=1`)).body;
    expect([before.about, before.subjects]).toEqual([note.about, note.subjects]);
    const back = await call('POST', `/notes/${note.id}/restore-version`, { version: 1 });
    expect(back.body).toMatchObject({ about: note.about, subjects: note.subjects });
  });

  it('takes one round trip more than others only if it links to something', async () => {
    const linked = await create('/notes', { about: acme, subjects: [globex, sales] });
    const plain = await create('/notes');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    onTestFinished(() => void vi.useRealTimers());
    const trips = async (url: string) =>
      Number(/"(\d+) round/.exec((await call('GET', url)).headers['server-timing'])![1]);
    await trips('/notes');
    expect([await trips(`/notes/${plain.id}`), await trips(`/notes/${linked.id}`)]).toEqual([1, 2]);
    expect([await trips('/accounts'), await trips('/notes')]).toEqual([1, 2]);
  });

  it('takes no round trip more to be written', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    onTestFinished(() => void vi.useRealTimers());
    const trips = async (values: object) =>
      Number(/"(\d+) round/.exec((await call('POST', '/notes', values)).headers['server-timing'])![1]);
    await trips({ name: 'Once' });
    expect(await trips({ name: 'With links', about: acme, subjects: [acme, sales] })).toBe(
      await trips({ name: 'Without links' }),
    );
  });

  it('loses the links in a personal field when a person is erased', async () => {
    const note = await create('/notes', { about: acme, subjects: [acme, sales] });
    await engine.as(tenant, () => engine.app.get(RecordErasure).erase('note', note.id, 'asked for'));
    expect(await read(note.id)).toMatchObject({ about: note.about, subjects: [] });
    const { rows } = await engine.admin.query('select from record_link where from_id = $1', [note.id]);
    expect(rows).toEqual([]);
    const history = JSON.stringify((await call('GET', `/notes/${note.id}/history`)).body.data);
    expect(history).not.toContain(sales.id);
  });
});

describe('a link is refused', () => {
  const refusal = async (values: object, who = tenant) => {
    const { status, body } = await call('POST', '/notes', { name: `Record ${++made}`, ...values }, who);
    return [status, body.errors?.map(({ pointer, code }: any) => [pointer, code])];
  };

  it('if it is no link, or to an object that the field does not allow', async () => {
    const member = { object: 'member', id: tenant.memberId };
    expect(await refusal({ about: acme.id })).toEqual([422, [['/about', 'wrongType']]]);
    expect(await refusal({ subjects: acme })).toEqual([422, [['/subjects', 'wrongType']]]);
    expect(await refusal({ about: member })).toEqual([422, [['/about', 'wrongObject']]]);
    expect(await refusal({ see: [{ ...acme, object: 'planet' }] })).toEqual([
      422,
      [['/see', 'referenceMissing']],
    ]);
    expect((await call('POST', '/notes', { name: 'To anybody', see: [member] })).status).toBe(201);
  });

  it('if the record does not exist under its object, is deleted, or is not seen by whoever asks', async () => {
    const gone = await account();
    await call('DELETE', `/accounts/${gone.id}`);
    const blind = await engine.person(tenant, {
      permissions: [
        { object: 'note', action: '*', scope: 'all' },
        { object: 'account', action: 'read', scope: 'own' },
      ],
    });
    for (const key of ['about', 'subjects'] as const) {
      const missing = [422, [[`/${key}`, 'referenceMissing']]];
      const to = (link: RecordLink) => ({ [key]: key === 'about' ? link : [link] });
      expect(await refusal(to({ ...acme, object: 'team' }))).toEqual(missing);
      expect(await refusal(to(gone))).toEqual(missing);
      expect(await refusal(to(acme), blind)).toEqual(missing);
    }
  });
});

describe('filters of links', () => {
  it('find what the condition says of each record in memory, for every operator', async () => {
    const own = await engine.tenant();
    const links: RecordLink[] = [];
    for (const [object, path] of [
      ['account', '/accounts'],
      ['account', '/accounts'],
      ['team', '/teams'],
    ] as const)
      links.push({ object, id: (await create(path, {}, own)).id });
    // The id of an account under another object is another link.
    const asked = [...links, { ...links[0]!, object: 'team' }];
    const conditions = (['about', 'subjects'] as const).flatMap((field) =>
      operatorsFor(sampleNote.byKey.get(field)!.type).flatMap((op): Condition[] => {
        if (op === 'exists' || op === 'empty')
          return [
            { field, op },
            { field, op, value: false },
          ];
        const values = op === 'in' || op === 'nin' ? [asked.slice(0, 2), asked.slice(1), [asked[3]]] : asked;
        return values.map((value): Condition => ({ field, op, value }));
      }),
    );
    const link = fc.constantFrom(...links);
    const notes = fc.array(
      fc.record({
        about: fc.option(link, { freq: 3 }),
        subjects: fc.uniqueArray(link, { selector: linkKey, maxLength: 3 }),
      }),
      { minLength: 4, maxLength: 8 },
    );
    const { descriptor, clock } = await engine.as(own, () => engine.records.reader.contextFor('note'));
    const resolver = ownFields(descriptor);
    const telling = new Set<Condition>();
    await fc.assert(
      fc.asyncProperty(notes, async (rows) => {
        const ids: string[] = [];
        for (const row of rows) ids.push((await create('/notes', row, own)).id);
        const views = await engine.as(own, () => engine.app.get(RecordViews).viewsOf('note', ids));
        const within = { field: 'name', op: 'in', value: [...views.values()].map(({ name }) => name) };
        for (const condition of conditions.flatMap((c) => [c, { not: c }])) {
          expect(checkCondition(condition, resolver)).toEqual([]);
          const holds = compileEvaluator(condition, resolver, clock);
          const expected = ids.filter((id) => holds(comparedReader(descriptor, views.get(id)!.state)));
          expect({ condition, ids: await found({ all: [within, condition] }, own) }).toEqual({
            condition,
            ids: expected,
          });
          if (expected.length && expected.length < ids.length) telling.add(condition);
        }
        const all = await listed({ filter: within, sort: 'createdAt' }, own);
        for (const [n, id] of ids.entries()) expect(all[n]).toEqual(await read(id, own));
      }),
      { numRuns: 4, endOnFailure: true },
    );
    expect(telling.size).toBeGreaterThan(conditions.length / 2);
  });

  it('lead from a record to what links to it', async () => {
    const target = await account();
    const about = await create('/notes', { about: target });
    const among = await create('/notes', { subjects: [acme, target] });
    await create('/notes', { see: [target] });
    expect(await found({ field: 'about', op: 'eq', value: target })).toEqual([about.id]);
    expect(await found({ field: 'subjects', op: 'contains', value: linkKey(target) })).toEqual([among.id]);
  });
});

describe('a reader who does not see what a record links to', () => {
  it('gets links without names, and is told so, whatever the names are', async () => {
    const hidden = await account({ name: 'Secret 1' });
    const own = await account({ name: 'Mine' });
    const blind = await engine.person(tenant, {
      permissions: [
        { object: 'note', action: 'read', scope: 'all' },
        { object: 'account', action: 'read', scope: 'own' },
      ],
    });
    await call('PATCH', `/accounts/${own.id}`, { owner: blind.memberId });
    const note = await create('/notes', { about: hidden, subjects: [hidden, own] });
    await call('PATCH', `/notes/${note.id}`, { subjects: [own, hidden, sales] });
    const answers = async () => [
      await read(note.id, blind),
      (await listed({ filter: { field: 'name', op: 'eq', value: note.name } }, blind))[0],
      (await call('GET', `/notes/${note.id}/as-of?version=1`, undefined, blind)).body,
      (await call('GET', `/notes/${note.id}/history`, undefined, blind)).body,
    ];
    const [single, inList, ...past] = await answers();
    expect(single.about).toEqual({ ...hidden, name: '' });
    expect(single.subjects).toEqual(
      [hidden, own, sales]
        .sort((a, b) => (linkKey(a) < linkKey(b) ? -1 : 1))
        .map((link) => ({ ...link, name: link === own ? 'Mine' : '' })),
    );
    expect(single.meta.access).toMatchObject({ about: 'mask', subjects: 'mask' });
    expect(inList).toEqual(single);
    // The other world: the same records under other names.
    await call('PATCH', `/accounts/${hidden.id}`, { name: 'Secret 2' });
    expect(await answers()).toEqual([single, inList, ...past]);
    expect(JSON.stringify([single, past])).not.toContain('Secret');
  });

  it('gets no link of a field that is hidden, and may not filter by it', async () => {
    const note = await create('/notes', { about: acme, subjects: [acme] });
    const blind = await engine.person(tenant, {
      permissions: [{ object: '*', action: 'read', scope: 'all' }],
      fields: [
        { object: 'note', field: 'about', access: 'hidden' },
        { object: 'note', field: 'subjects', access: 'mask' },
      ],
    });
    const shown = await read(note.id, blind);
    expect([shown.about, shown.subjects]).toEqual([undefined, []]);
    for (const filter of [
      { field: 'about', op: 'eq', value: acme },
      { field: 'subjects', op: 'contains', value: acme },
    ])
      expect((await call('POST', '/notes/query', { filter }, blind)).body.code).toBe('fieldNotInClear');
  });
});

describe('the deletion of a record that others link to', () => {
  it('is refused, or removes the links; restoring the record restores them', async () => {
    const target = await account();
    const note = await create('/notes', { about: target, subjects: [acme, target], see: [target] });
    const refused = await call('DELETE', `/accounts/${target.id}`);
    expect([refused.status, refused.body.referrers.map((r: any) => [r.field, r.records.length])]).toEqual([
      409,
      [
        ['about', 1],
        ['subjects', 1],
        ['see', 1],
      ],
    ]);
    expect((await call('DELETE', `/accounts/${target.id}?referrers=unlink`)).status).toBe(204);
    const without = await read(note.id);
    expect(without).toMatchObject({ about: null, subjects: [{ ...acme, name: 'Acme' }], see: [] });
    const [event] = (await call('GET', `/notes/${note.id}/history`)).body.data;
    expect(event.verb).toBe('unlinked');
    expect((await call('POST', `/accounts/${target.id}/restore`)).status).toBe(200);
    const { about, subjects, see } = await read(note.id);
    expect({ about, subjects, see }).toEqual({
      about: note.about,
      subjects: note.subjects,
      see: note.see,
    });
  });

  it('leaves the same id of another object alone', async () => {
    const target = await account();
    const note = await create('/notes', { subjects: [acme] });
    await engine.admin.query(
      `insert into record_link (tenant_id, from_object, from_id, kind, to_object, to_id) values ($1, 'note', $2, 'subject', 'team', $3)`,
      [tenant.id, note.id, target.id],
    );
    expect((await call('DELETE', `/accounts/${target.id}`)).status).toBe(204);
  });

  it('takes a deleted record’s own links along when it comes back', async () => {
    const note = await create('/notes', { about: acme, subjects: [acme, sales] });
    await call('DELETE', `/notes/${note.id}`);
    await call('POST', `/notes/${note.id}/restore`);
    expect(await read(note.id)).toMatchObject({ about: note.about, subjects: note.subjects });
  });
});
