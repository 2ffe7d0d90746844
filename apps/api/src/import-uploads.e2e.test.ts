import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { ImportFiles } from '@pellucid/modules/imports';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { crmFiles, crmOptions } from '@pellucid/modules/imports/testing';
import { eventually } from '@pellucid/platform/testing';
import { describe, expect, test, onTestFinished } from 'vitest';
import { sharedApi } from './testing/api-process.js';
import { importsStage, type Part } from './testing/imports-stage.js';

/* No worker runs here, so that imports stay queued. */

const stage = importsStage(sharedApi);
const { call, get, post, sql, storedFiles, upload } = stage;

describe("others' imports", () => {
  test('are visible to users who may see everybody’s actions, and stopped by users who manage the company', async () => {
    const csv = 'name\nAcme\n';
    const id = (await upload(csv, { object: 'account', mode: 'create', mapping: { name: 'name' } })).body.id;
    // The import now belongs to somebody else.
    await sql('update import_run set created_by_id = gen_random_uuid() where id = $1', [id]);
    const statuses = async (system: string[], scope = 'all') => {
      await sql(
        `update role set built_in = false, permissions = $2, system = $3 where tenant_id = $1 and key = 'companyAdmin'`,
        [
          stage.company.tenantId,
          JSON.stringify(
            ['read', 'create', 'import'].map((action) => ({ object: 'account', action, scope })),
          ),
          ['manageImports', ...system],
        ],
      );
      await sql('update tenant set access_version = access_version + 1 where id = $1', [
        stage.company.tenantId,
      ]);
      const ask = async (method: string, path: string) =>
        (await stage.api.call(method, path, { token: stage.company.token })).status;
      return [
        (await get('/imports')).data.some((r: any) => r.id === id),
        await ask('GET', `/imports/${id}`),
        await ask('POST', `/imports/${id}/cancel`),
      ];
    };
    await eventually(async () => (await statuses([])).join() === 'false,404,404');
    await eventually(async () => (await statuses(['viewAudit'])).join() === 'true,200,403');
    await eventually(async () => (await statuses(['viewAudit'], 'own')).join() === 'false,404,404');
    await eventually(async () => (await statuses(['manageSettings'])).join() === 'true,200,200');
  });
});

describe('uploads', () => {
  test('are stored under their own key, and read as a whole and in part', async () => {
    const secret = 'canary-in-upload-71c';
    const csv = `name\n${secret}\n${'x'.repeat(200_000)}\n`;
    const { body } = await post('/imports/inspect', [['file', csv, 'secret.csv']]);
    expect(body.columns[0].samples[0]).toBe(secret);
    const folder = join(stage.api.config.PELLUCID_DATA_DIR, 'files', stage.company.tenantId);
    const stored = await readFile(join(folder, body.fileId));
    expect(stored.includes(secret)).toBe(false);
    expect(stored.length).toBeGreaterThan(csv.length);
  });

  const options = { object: 'account', mode: 'create', mapping: { name: 'name' } };
  const csv = 'name,city\nAcme,Paris\nBeta,Rome\n';

  test('guess the object from columns of all kinds', async () => {
    const files = crmFiles();
    const likely = async (content: string) => {
      const { body } = await post('/imports/inspect', [['file', content, 'f.csv']]);
      return [body.suggestions[0].object, body.suggestions[0].mapping];
    };
    const mappingOf = (o: { object: string; mapping: object }) => [o.object, o.mapping];
    expect(await likely(files.accounts)).toEqual(mappingOf(crmOptions.accounts));
    expect(await likely(files.products)).toEqual(mappingOf(crmOptions.products));
    expect(await likely(files.agents)).toEqual(mappingOf(crmOptions.agents));
    expect(await likely(files.deals)).toEqual(mappingOf(crmOptions.deals));
  });

  test('may have their parts in any order, and options as a part with a file name', async () => {
    const first = await post('/imports', [
      ['options', options],
      ['file', csv, 'a.csv'],
    ]);
    const last = await post('/imports', [
      ['file', csv, 'a.csv'],
      ['options', options],
    ]);
    const blob = await post('/imports', [
      ['options', JSON.stringify(options), 'blob'],
      ['file', csv, 'a.csv'],
    ]);
    expect([first.status, last.status, blob.status]).toEqual([202, 202, 202]);
  });

  test('repeated with the same Idempotency-Key are one import', async () => {
    const key = { 'idempotency-key': 'import-once' };
    const parts: Part[] = [
      ['options', options],
      ['file', csv, 'a.csv'],
    ];
    const first = await post('/imports', parts, key);
    const second = await post('/imports', parts, key);
    expect(second).toEqual(first);
    expect((await get('/imports')).data).toHaveLength(1);
    expect(await storedFiles()).toHaveLength(1);
    expect(
      (
        await post(
          '/imports',
          [
            ['options', options],
            ['file', 'name\nother\n', 'a.csv'],
          ],
          key,
        )
      ).status,
    ).toBe(422);
  });

  test.each([
    [
      'an image',
      Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), Buffer.alloc(64)]),
      '/file',
    ],
    ['nothing', '', '/file'],
    ['broken JSON', '{"name": ', '/file'],
    ['a NUL byte', 'name\nA\u0000B\n', '/file'],
  ])('of %s are refused, and nothing is kept', async (_, content, at) => {
    const { status, body } = await upload(content, options);
    expect(status).toBe(422);
    expect(body.errors[0].pointer).toBe(at);
    expect(await storedFiles()).toEqual([]);
    expect((await post('/imports/inspect', [['file', content, 'x.csv']])).status).toBe(422);
    expect(await storedFiles()).toEqual([]);
  });

  test.each<[string, object, string]>([
    ['an unknown object', { ...options, object: 'starship' }, '/options/object'],
    ['an unknown mode', { ...options, mode: 'replace' }, '/options/mode'],
    ['an unknown column', { ...options, mapping: { nome: 'name' } }, '/options/mapping/nome'],
    ['an unknown field', { ...options, mapping: { name: 'nombre' } }, '/options/mapping/name'],
    ['a field that is not written', { ...options, mapping: { name: 'version' } }, '/options/mapping/name'],
    [
      'a field mapped twice',
      { ...options, mapping: { name: 'name', city: 'name' } },
      '/options/mapping/city',
    ],
    ['no mapping', { ...options, mapping: {} }, '/options/mapping'],
    ['a key that is none', { ...options, mode: 'upsert', matchBy: ['description'] }, '/options/matchBy/0'],
    ['a key without a column', { ...options, mode: 'upsert', matchBy: ['externalId'] }, '/options/matchBy/0'],
    ['no key', { ...options, mode: 'upsert' }, '/options/matchBy'],
    [
      'references of a plain column',
      { ...options, references: { city: { unknown: 'create' } } },
      '/options/references/city',
    ],
    [
      'a lookup that is none',
      { ...options, mapping: { name: 'name', city: 'parent' }, references: { city: { by: 'revenue' } } },
      '/options/references/city/by',
    ],
    ['values of a column that is not there', { ...options, values: { nome: {} } }, '/options/values/nome'],
    ['an unknown encoding', { ...options, encoding: 'klingon' }, '/options/encoding'],
    ['an unknown option', { ...options, extra: 1 }, '/options/extra'],
  ])('with %s are refused with the pointer', async (_, given, at) => {
    const { status, body } = await upload(csv, given);
    expect(status).toBe(422);
    expect(body.errors.map((e: any) => e.pointer)).toContain(at);
    expect(await storedFiles()).toEqual([]);
  });

  test('that are malformed are refused', async () => {
    const json = await stage.api.call('POST', '/imports', { token: stage.company.token, body: options });
    expect(json.status).toBe(400);
    expect((await post('/imports', [['options', options]])).body.errors[0].pointer).toBe('/file');
    expect((await post('/imports', [['file', csv, 'a.csv']])).body.errors[0].pointer).toBe('/options');
    expect(
      (
        await post('/imports', [
          ['options', '{nope'],
          ['file', csv, 'a.csv'],
        ])
      ).body.errors[0],
    ).toMatchObject({ pointer: '/options', code: 'malformedJson' });
    expect(
      (
        await post('/imports', [
          ['extra', 'x'],
          ['file', csv, 'a.csv'],
        ])
      ).body.errors[0].pointer,
    ).toBe('/extra');
    expect(
      (
        await post('/imports', [
          ['options', options],
          ['fileId', 'x'],
        ])
      ).body.errors[0].pointer,
    ).toBe('/fileId');
    expect(
      (
        await post('/imports', [
          ['options', options],
          ['fileId', '01a1fc68-d2f7-71b8-a087-7344992c540d'],
        ])
      ).status,
    ).toBe(404);
    const cut = await fetch(`${stage.origin}/api/v1/imports`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${stage.company.token}`,
        'content-type': 'multipart/form-data; boundary=x',
      },
      body: '--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nname\n',
    });
    expect(cut.status).toBe(400);
    expect(await storedFiles()).toEqual([]);
  });

  test('past 200 MB get 413 naming the limit, with and without a declared length', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'name,city\n');
    const headers = { authorization: `Bearer ${stage.company.token}` };
    const declared = await new Promise<IncomingMessage>((answer) => {
      const asked = request(`${stage.origin}/api/v1/imports`, {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'multipart/form-data; boundary=x',
          'content-length': 203 * 1024 * 1024,
        },
      });
      // Nothing of it needs to arrive.
      asked.on('response', answer).flushHeaders();
    });
    expect(declared.statusCode).toBe(413);
    expect(JSON.parse(await text(declared)).detail).toContain('200 MB');
    declared.socket.destroy();
    const files = stage.api.app.get(ImportFiles);
    const { limit } = files;
    files.limit = 2 * 1024 * 1024;
    onTestFinished(() => {
      files.limit = limit;
    });
    let sent = 0;
    const stream = new ReadableStream({
      pull(controller) {
        if (sent === 0)
          controller.enqueue(
            Buffer.from('--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'),
          );
        if (sent++ < 4) controller.enqueue(chunk);
        else {
          controller.enqueue(Buffer.from('\r\n--x--\r\n'));
          controller.close();
        }
      },
    });
    const streamed = await fetch(`${stage.origin}/api/v1/imports`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'multipart/form-data; boundary=x' },
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect(streamed.status).toBe(413);
    expect(await storedFiles()).toEqual([]);
  });

  test('that are interrupted leave nothing behind', async () => {
    const { hostname, port } = new URL(stage.origin);
    const socket = connect(Number(port), hostname);
    socket.write(
      `POST /api/v1/imports HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${stage.company.token}\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 50000\r\n\r\n` +
        '--x\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nname\n' +
        'row\n'.repeat(5000),
    );
    await eventually(async () => (await storedFiles()).length === 1);
    socket.destroy();
    await eventually(async () => (await storedFiles()).length === 0);
  });

  test('need the right to import and the rights on the object', async () => {
    const give = async (key: string) => {
      await sql('delete from member_role where tenant_id = $1 and member_id = $2', [
        stage.company.tenantId,
        stage.company.memberId,
      ]);
      await sql(
        `insert into member_role (tenant_id, member_id, role_id) select tenant_id, $2, id from role where tenant_id = $1 and key = $3`,
        [stage.company.tenantId, stage.company.memberId, key],
      );
      await sql('update tenant set access_version = access_version + 1 where id = $1', [
        stage.company.tenantId,
      ]);
      await eventually(async () => (await call('GET', '/auth/me')).status === 200);
    };
    await give('salesRep');
    await eventually(async () => (await upload(csv, options)).status === 403);
    await give('salesManager');
    await eventually(async () => (await upload(csv, options)).status === 202);
    expect((await upload(csv, { ...options, object: 'member' })).status).toBe(403);
    const related = await upload(csv, {
      ...options,
      mapping: { name: 'name', city: 'owner' },
      references: { city: { unknown: 'create' } },
    });
    expect(related.body.errors[0].pointer).toBe('/options/references/city/unknown');
  });

  test('are listed page by page, newest first', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) ids.unshift((await upload(csv, options)).body.id);
    const first = await get('/imports?limit=2');
    expect(first.data.map((r: any) => r.id)).toEqual(ids.slice(0, 2));
    const second = await get(`/imports?limit=2&cursor=${first.page.nextCursor}`);
    expect(second.data.map((r: any) => r.id)).toEqual(ids.slice(2));
    expect(second.page).toEqual({ nextCursor: null, hasMore: false });
    expect((await call('GET', '/imports?cursor=nonsense')).status).toBe(400);
  });
});
