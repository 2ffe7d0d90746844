import { linkKey, type RecordLink } from '@pellucid/conditions';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EngineApp, type EngineTenant, startEngine } from '../testing/engine-app.js';
import { sampleDescriptors } from '../testing/sample-objects.js';
import { createNotes, sampleNote } from '../testing/sample-note.js';

/* Merging a record into another one: references of every kind follow, and the old id leads to the record that stays. */

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
const account = async (values: object = {}): Promise<RecordLink> => ({
  object: 'account',
  id: (await create('/accounts', values)).id,
});
const read = async (path: string) => (await call('GET', path)).body;
const merge = (from: RecordLink, into: RecordLink, who = tenant) =>
  engine.as(who, () => engine.records.merge(from.object, from.id, into.id));
const idsIn = (links: RecordLink[]) => links.map(linkKey).sort();

beforeAll(async () => {
  engine = await startEngine([...sampleDescriptors, sampleNote]);
  await createNotes(engine);
  tenant = await engine.tenant();
});
afterAll(() => engine.close());

describe('a merge', () => {
  it('makes references of every kind refer to the record that stays, as changes with events', async () => {
    const [gone, kept, other] = [await account(), await account(), await account()];
    await engine.defineField(tenant, {
      object: 'note',
      name: 'partner',
      type: 'reference',
      settings: { references: 'account' },
    });
    const child = await create('/accounts', { parent: gone.id });
    const note = await create('/notes', {
      about: gone,
      subjects: [gone, other],
      see: [gone, kept],
      custom: { partner: gone.id },
    });
    await merge(gone, kept);
    expect((await read(`/accounts/${child.id}`)).parent.id).toBe(kept.id);
    const now = await read(`/notes/${note.id}`);
    expect(now.version).toBe(2);
    expect(now.about.id).toBe(kept.id);
    expect(now.custom.partner.id).toBe(kept.id);
    expect(idsIn(now.subjects)).toEqual(idsIn([other, kept]));
    // It had links to both; there is one left.
    expect(idsIn(now.see)).toEqual(idsIn([kept]));
    const [event] = (await read(`/notes/${note.id}/history`)).data;
    expect(Object.keys(event.changes).sort()).toEqual(['about', 'custom.partner', 'see', 'subjects']);
    expect(event.changes.about.after.id).toBe(kept.id);
    const { rows } = await engine.admin.query('select from record_link where to_id = $1', [gone.id]);
    expect(rows).toEqual([]);
  });

  it('merges tags on the records that have them', async () => {
    const [gone, kept] = [await create('/tags'), await create('/tags')];
    const both = await create('/accounts', { tags: [gone.id, kept.id] });
    const one = await create('/accounts', { tags: [gone.id] });
    await merge({ object: 'tag', id: gone.id }, { object: 'tag', id: kept.id });
    for (const { id } of [both, one])
      expect((await read(`/accounts/${id}`)).tags.map((tag: any) => tag.id)).toEqual([kept.id]);
  });

  it('leaves out references of the record that stays to the one that goes', async () => {
    const gone = { object: 'note', id: (await create('/notes')).id };
    const kept = { object: 'note', id: (await create('/notes', { about: gone, see: [gone] })).id };
    await merge(gone, kept);
    expect(await read(`/notes/${kept.id}`)).toMatchObject({ about: null, see: [] });
  });

  it('is followed by records that were deleted, once they are restored', async () => {
    const [gone, kept, last] = [await account(), await account(), await account()];
    const [tag, keptTag] = [await create('/tags'), await create('/tags')];
    const note = await create('/notes', { about: gone, see: [gone, kept], tags: [tag.id] });
    const child = await create('/accounts', { parent: gone.id });
    await call('DELETE', `/notes/${note.id}`);
    await call('DELETE', `/accounts/${child.id}`);
    await merge(gone, kept);
    await merge(kept, last);
    await merge({ object: 'tag', id: tag.id }, { object: 'tag', id: keptTag.id });
    const { body } = await call('POST', `/notes/${note.id}/restore`);
    expect(body).toEqual(await read(`/notes/${note.id}`));
    expect(body.about.id).toBe(last.id);
    expect(idsIn(body.see)).toEqual(idsIn([last]));
    expect(body.tags.map(({ id }: any) => id)).toEqual([keptTag.id]);
    const restored = await call('POST', `/accounts/${child.id}/restore`);
    expect(restored.body.parent.id).toBe(last.id);
  });

  it('leaves a restored record as it was if the record that stays is deleted too', async () => {
    const [gone, kept] = [await account(), await account()];
    const note = await create('/notes', { about: gone });
    await call('DELETE', `/notes/${note.id}`);
    await merge(gone, kept);
    await call('DELETE', `/accounts/${kept.id}`);
    const { status, body } = await call('POST', `/notes/${note.id}/restore`);
    expect([status, body.about.id]).toEqual([200, gone.id]);
  });

  it('is in the history of both records', async () => {
    const [gone, kept] = [await account(), await account()];
    await merge(gone, kept);
    const [event] = (await read(`/accounts/${kept.id}/history`)).data;
    expect([event.verb, event.changes]).toEqual(['merged', {}]);
    const { rows } = await engine.admin.query(
      `select verb from record_event where record_id = $1 order by record_version`,
      [gone.id],
    );
    expect(rows.map(({ verb }) => verb)).toEqual(['created', 'merged']);
  });

  it('does nothing if a reference can’t follow', async () => {
    const gone = await account();
    const child = await create('/accounts', { parent: gone.id });
    const kept = await account({ parent: child.id });
    await expect(merge(gone, kept)).rejects.toMatchObject({ status: 409, code: 'referenceStays' });
    expect((await call('GET', `/accounts/${gone.id}`)).status).toBe(200);
    expect((await read(`/accounts/${child.id}`)).parent.id).toBe(gone.id);
  });

  it('needs the rights to change the one and to delete the other; unseen references follow all the same', async () => {
    const [gone, kept] = [await account(), await account()];
    const note = await create('/notes', { about: gone });
    const rights = (...actions: string[]) => ({
      permissions: actions.map((action) => ({ object: 'account', action, scope: 'all' as const })),
    });
    const [reader, editor, merger] = [
      await engine.person(tenant, rights('read')),
      await engine.person(tenant, rights('read', 'update')),
      await engine.person(tenant, rights('read', 'update', 'delete')),
    ];
    for (const who of [reader, editor])
      await expect(merge(gone, kept, who)).rejects.toMatchObject({ status: 403, code: 'permissionMissing' });
    expect((await read(`/accounts/${kept.id}`)).version).toBe(1);
    await expect(merge(gone, gone, merger)).rejects.toMatchObject({ status: 409, code: 'sameRecord' });
    await merge(gone, kept, merger);
    expect((await read(`/notes/${note.id}`)).about.id).toBe(kept.id);
  });
});

describe('the old id of a merged record', () => {
  it('leads to the record that stays, over several merges', async () => {
    const [a, b, c] = [await account(), await account(), await account()];
    await merge(a, b);
    const moved = await call('GET', `/accounts/${a.id}`);
    expect([moved.status, moved.headers.location, moved.body.code]).toEqual([
      308,
      `/api/v1/accounts/${b.id}`,
      'merged',
    ]);
    await merge(b, c);
    for (const { id } of [a, b])
      expect((await call('GET', `/accounts/${id}`)).headers.location).toBe(`/api/v1/accounts/${c.id}`);
  });

  it('leads nowhere for whoever does not see that record, or once it is deleted', async () => {
    const [gone, kept, deleted] = [await account(), await account(), await account()];
    await call('DELETE', `/accounts/${deleted.id}`);
    const blind = await engine.person(tenant, {
      permissions: [{ object: 'account', action: 'read', scope: 'own' }],
    });
    await merge(gone, kept);
    const answer = async (id: string) => {
      const { status, body } = await call('GET', `/accounts/${id}`, undefined, blind);
      return [status, { ...body, correlationId: '' }];
    };
    expect(await answer(gone.id)).toEqual(await answer(deleted.id));
    const other = await engine.tenant();
    expect((await call('GET', `/accounts/${gone.id}`, undefined, other)).status).toBe(404);
    await call('DELETE', `/accounts/${kept.id}`);
    expect((await call('GET', `/accounts/${gone.id}`)).status).toBe(404);
  });

  it('is its own again when the record is restored', async () => {
    const [gone, kept] = [await account(), await account()];
    await merge(gone, kept);
    expect((await call('POST', `/accounts/${gone.id}/restore`)).status).toBe(200);
    expect((await call('GET', `/accounts/${gone.id}`)).status).toBe(200);
    await call('DELETE', `/accounts/${gone.id}`);
    expect((await call('GET', `/accounts/${gone.id}`)).status).toBe(404);
  });

  it('is refused as a reference, with the id to use, if whoever asks sees the record', async () => {
    const [gone, kept] = [await account(), await account()];
    await merge(gone, kept);
    const refusal = async (values: object, who = tenant) => {
      const { body } = await call('POST', '/notes', { name: `Record ${++made}`, ...values }, who);
      return body.errors.map(({ pointer, code, params }: any) => [pointer, code, params]);
    };
    expect(await refusal({ about: gone, subjects: [gone] })).toEqual([
      ['/about', 'referenceMerged', { id: kept.id }],
      ['/subjects', 'referenceMerged', { id: kept.id }],
    ]);
    const second = await account();
    await merge(second, kept);
    expect(await refusal({ subjects: [gone, second, { ...gone, object: 'team' }] })).toEqual([
      ['/subjects', 'referenceMerged', { id: kept.id }],
      ['/subjects', 'referenceMerged', { id: kept.id }],
      ['/subjects', 'referenceMissing', undefined],
    ]);
    const blind = await engine.person(tenant, {
      permissions: [
        { object: 'note', action: '*', scope: 'all' },
        { object: 'account', action: 'read', scope: 'own' },
      ],
    });
    expect(await refusal({ about: gone }, blind)).toEqual([['/about', 'referenceMissing', undefined]]);
  });
});
