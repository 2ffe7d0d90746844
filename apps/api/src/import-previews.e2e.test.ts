import { describe, expect, test } from 'vitest';
import type { FieldPermission, Permission } from '@pellucid/platform/access';
import { TestPeople } from './testing/colleagues.js';
import { importsStage } from './testing/imports-stage.js';
import { sharedWorkingApi } from './testing/worker-in-process.js';

const stage = importsStage(sharedWorkingApi);
const { call, ended, errorsOf, get, post, preview, run, upload } = stage;

const options = {
  object: 'account',
  mode: 'upsert',
  matchBy: ['externalId'],
  mapping: { id: 'externalId', name: 'name', size: 'employees', parent: 'parent' },
};
const KNOWN = 'id,name,size,parent\nK1,Known,5,\nK2,Same,6,\nK3,Other,7,\n';
const CHANGED = 'id,name,size,parent\nK1,Known anew,5,\nK2,Same,6,\nN1,New,8,Known\nN2,Bad,many,\n';

const known = async () => {
  await run(KNOWN, options);
  const { data } = await get('/accounts?sort=name');
  return new Map<string, any>(data.map((r: any) => [r.externalId, r]));
};
const rowsOf = async (id: string, query = '') => (await get(`/imports/${id}/rows?limit=50${query}`)).data;
const reasonsOf = async (id: string) =>
  (await get(`/imports/${id}/failed-rows`)).data.map((r: any) => [
    r.row,
    r.reasons.map((why: any) => why.code),
  ]);

describe('a preview', () => {
  test('says row by row what would change, and the import that is held to it does just that', async () => {
    const before = await known();
    const shown = await preview(CHANGED, options);
    expect(shown).toMatchObject({
      preview: true,
      counts: { created: 1, updated: 1, unchanged: 1, failed: 1 },
    });
    const rows = await rowsOf(shown.id);
    expect(rows).toMatchObject([
      {
        row: 2,
        status: 'updated',
        record: { id: before.get('K1').id, name: 'Known' },
        changes: [{ field: 'name', before: 'Known', after: 'Known anew' }],
        reasons: [],
      },
      { row: 3, status: 'unchanged', record: { id: before.get('K2').id, name: 'Same' }, changes: [] },
      { row: 4, status: 'created', record: null },
      { row: 5, status: 'failed', record: null, changes: [], reasons: [{ code: 'notANumber' }] },
    ]);
    const created = Object.fromEntries(rows[2].changes.map((c: any) => [c.field, [c.before, c.after]]));
    expect(created).toMatchObject({
      name: [null, 'New'],
      employees: [null, 8],
      parent: [null, { id: before.get('K1').id, name: 'Known' }],
    });
    expect((await rowsOf(shown.id, '&status=created')).map((r: any) => r.row)).toEqual([4]);
    const first = await get(`/imports/${shown.id}/rows?limit=3`);
    expect((await get(`/imports/${shown.id}/rows?cursor=${first.page.nextCursor}`)).data).toEqual([rows[3]]);
    expect((await get('/accounts')).data).toHaveLength(3);

    const done = await run(CHANGED, { ...options, previewId: shown.id });
    expect(done.counts).toEqual(shown.counts);
    expect(done.previewId).toBe(shown.id);
    expect(await reasonsOf(done.id)).toEqual([[5, ['notANumber']]]);
    expect((await get('/accounts')).data).toHaveLength(4);
  });

  test('names records that the file itself would make without IDs, and references between its rows', async () => {
    const shown = await preview('id,name,size,parent\nA,Child,,Made\nB,Made,,Elsewhere\n', {
      ...options,
      references: { parent: { unknown: 'create' } },
    });
    const parents = (await rowsOf(shown.id)).map(
      (r: any) => r.changes.find((c: any) => c.field === 'parent').after,
    );
    expect(parents).toEqual([{ name: 'Made' }, { name: 'Elsewhere' }]);
    expect(shown.counts).toMatchObject({ created: 2, related: 1 });
  });

  test('is outdated once file, options or matched records have changed, and the refusal says which', async () => {
    const before = await known();
    const shown = await preview(CHANGED, options);
    const asked = async (content: string, given: object) => {
      const { status, body } = await upload(content, { ...given, previewId: shown.id });
      return [status, body.code, body.changed];
    };
    expect(await asked(`${CHANGED}N3,More,1,\n`, options)).toEqual([409, 'previewOutdated', 'file']);
    expect(await asked(CHANGED, { ...options, unknownOptions: 'create' })).toEqual([
      409,
      'previewOutdated',
      'options',
    ]);
    // A record that the file doesn't touch is no reason.
    await call('PATCH', `/accounts/${before.get('K3').id}`, { employees: 70 });
    await call('PATCH', `/accounts/${before.get('K2').id}`, { employees: 60 });
    expect(await asked(CHANGED, options)).toEqual([409, 'previewOutdated', 'data']);
  });

  describe('is outdated once', () => {
    const contacts = {
      object: 'contact',
      mode: 'upsert',
      matchBy: ['externalId'],
      mapping: { id: 'externalId', last: 'lastName', firm: 'account', since: 'createdAt' },
      references: { firm: { unknown: 'empty' } },
    };
    const PEOPLE = 'id,last,firm,since\nP1,First,Known,03/04/2024\nP2,Second,Nobody,05/06/2024\n';
    const refusal = async (change: () => Promise<unknown>) => {
      await known();
      const shown = await preview(PEOPLE, contacts);
      expect(shown.counts).toMatchObject({ created: 2, failed: 0 });
      await change();
      const { status, body } = await upload(PEOPLE, { ...contacts, previewId: shown.id });
      return [status, body.code, body.changed, body.detail];
    };
    const outdated = (what: string) => [409, 'previewOutdated', 'data', expect.stringContaining(what)];
    const account = async (name: string) => (await get(`/accounts?q=${name}`)).data[0].id;

    test('a name leads to another record', async () => {
      const answer = await refusal(async () => {
        await call('PATCH', `/accounts/${await account('Known')}`, { name: 'Was known' });
        await call('POST', '/accounts', { name: 'Known' });
      });
      expect(answer).toEqual(outdated('"known" in the column "firm"'));
    });

    test('a name leads to several records', async () => {
      const answer = await refusal(() => call('POST', '/accounts', { name: 'Known' }));
      expect(answer).toEqual(outdated('"known" in the column "firm"'));
    });

    test('a name that led to none leads to a record', async () => {
      const answer = await refusal(() => call('POST', '/accounts', { name: 'Nobody' }));
      expect(answer).toEqual(outdated('"nobody" in the column "firm"'));
    });

    test('a record that would be created is there', async () => {
      const answer = await refusal(() => call('POST', '/contacts', { lastName: 'Came', externalId: 'P2' }));
      expect(answer).toEqual(outdated('created since the preview'));
    });

    test('the company writes its dates in another way', async () => {
      const answer = await refusal(() => call('PATCH', '/settings', { locale: 'en-US' }));
      expect(answer).toEqual(outdated('settings or fields'));
    });

    test('and not because of records that no name leads to', async () => {
      const answer = await refusal(() => call('POST', '/accounts', { name: 'Somebody else' }));
      expect(answer[0]).toBe(202);
    });
  });

  test('is held to in each row, whatever happens while the import waits', async () => {
    await known();
    const given = { ...options, references: { parent: { unknown: 'create' } } };
    const csv = `${CHANGED}N3,Child,9,Known\nN4,Grandchild,9,Made\nN5,Other child,9,Other\n`;
    const shown = await preview(csv, given);
    const { tenantId } = stage.company;
    await stage.sql('select pg_advisory_lock(hashtextextended($1, 0))', [`imports:${tenantId}`]);
    const id = await stage.start(csv, { ...given, previewId: shown.id });
    await call('POST', '/accounts', { name: 'Came first', externalId: 'N1' });
    await call('POST', '/accounts', { name: 'Other' });
    await stage.sql('select pg_advisory_unlock(hashtextextended($1, 0))', [`imports:${tenantId}`]);
    const done = await ended(id);
    expect(await reasonsOf(id)).toEqual([
      [4, ['createdSincePreview']],
      [5, ['notANumber']],
      [8, ['referenceChangedSincePreview']],
    ]);
    expect(done.counts).toMatchObject({ created: 2, updated: 1, unchanged: 1, related: 1, failed: 3 });
    expect(await errorsOf(id)).toContain(
      'Since the preview, a record with this ""External id"" was created.',
    );
    expect((await get('/accounts?sort=name')).data.map((r: any) => r.name)).toContain('Came first');
  });

  test('is no hindrance to what its import makes for names in many batches', async () => {
    const rows = Array.from({ length: 1200 }, (_, n) => `R${n},Row ${n},1,Common ${n % 7}`).join('\n');
    const given = { ...options, references: { parent: { unknown: 'create' } } };
    const csv = `id,name,size,parent\n${rows}\n`;
    const shown = await preview(csv, given);
    const done = await run(csv, { ...given, previewId: shown.id });
    expect(done.counts).toEqual(shown.counts);
    expect(done.counts).toMatchObject({ created: 1200, related: 7, failed: 0 });
  });

  test('of a file with several rows about one record is kept by its import, wherever they stand', async () => {
    await known();
    const others = Array.from({ length: 600 }, (_, n) => `O${n},Other ${n},,`);
    const csv = [
      'id,name,size,parent',
      'K1,First,1,',
      'N1,New,1,',
      ...others,
      'K1,Second,2,',
      'N1,Newer,2,',
    ].join('\n');
    const shown = await preview(csv, options);
    const done = await run(csv, { ...options, previewId: shown.id });
    expect(done.counts).toEqual(shown.counts);
    expect(done.counts).toMatchObject({ created: 601, updated: 3, failed: 0 });
  });

  test('shows what its author is shown, to nobody else, and not once they see less', async () => {
    await known();
    const people = await TestPeople.of(stage.api.database, stage.api, stage.company);
    const actions = ['read', 'create', 'update', 'import'];
    const may = (fields: FieldPermission[]) => ({
      system: ['manageImports'],
      permissions: actions.map((action): Permission => ({ object: 'account', action, scope: 'all' })),
      fields,
    });
    const hidden: FieldPermission = { object: 'account', field: 'employees', access: 'hidden' };
    const roleId = await people.role(may([hidden]));
    const ann = await people.colleague([roleId]);
    await people.settleEverywhere();
    const given = { ...options, mapping: { id: 'externalId', name: 'name' } };
    const parts = (content: string): any => [
      ['file', content, 'file.csv'],
      ['options', given],
    ];
    const started = await post('/imports/preview', parts('id,name\nK1,Known anew\nN1,New\n'), {}, ann.token);
    await ended(started.body.id);
    const path = `/imports/${started.body.id}/rows`;
    const rows = (await get(path, ann.token)).data;
    expect(rows[0].changes).toEqual([{ field: 'name', before: 'Known', after: 'Known anew' }]);
    expect(rows[1].changes.map((c: any) => c.field)).toContain('name');
    expect(rows[1].changes.map((c: any) => c.field)).not.toContain('employees');
    expect((await call('GET', path)).status).toBe(404);

    const fields = JSON.stringify([hidden, { object: 'account', field: 'name', access: 'mask' }]);
    await people.sql('update role set fields = $2 where id = $1', [roleId, fields]);
    await people.settleEverywhere();
    expect((await call('GET', path, undefined, ann.token)).body.code).toBe('rightsNarrowed');
    await people.end();
  });

  test('can only be named by its author, and only once it is done', async () => {
    const plain = await run(KNOWN, options);
    const named = async (previewId: string) => (await upload(KNOWN, { ...options, previewId })).status;
    expect(await named(plain.id)).toBe(404);
    expect(await named(crypto.randomUUID())).toBe(404);
    expect(await rowsOf(plain.id)).toMatchObject([
      { row: 2, status: 'created', record: { name: 'Known' }, changes: [], reasons: [] },
      { row: 3, status: 'created', record: { name: 'Same' } },
      { row: 4, status: 'created', record: { name: 'Other' } },
    ]);
  });
});
