import { randomBytes, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { purgeFiles } from '@pellucid/modules/files/testing';
import { LINK_MINUTES, SignedLinks } from '@pellucid/platform/signed-links';
import { eventually } from '@pellucid/platform/testing';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { registerCompany, sharedApi, type TestApi, type TestCompany } from './testing/api-process.js';
import { listening } from './testing/live-tab.js';
import { TestPeople } from './testing/colleagues.js';
import { sha256, uploadsOf } from './testing/uploads.js';

const MIB = 1024 * 1024;
const PIECE = { 'content-type': 'application/offset+octet-stream' };

let api: TestApi;
let company: TestCompany;
let own: ReturnType<typeof uploadsOf>;

beforeAll(async () => {
  api = await sharedApi();
});
beforeEach(async () => {
  company = await registerCompany(api);
  own = uploadsOf(api, company.token);
});

async function colleagues() {
  const people = await TestPeople.of(api.database, api, company);
  onTestFinished(() => people.end());
  return people;
}
const sql = async (text: string, values: unknown[] = []) => (await colleagues()).sql(text, values);
const may = (object: string, action: string, scope: 'all' | 'own' = 'all') => ({ object, action, scope });
const account = async (name: string) => {
  const { body } = await own.call('POST', '/accounts', { name });
  return { object: 'account', id: body.id as string };
};
const codeOf = ({ status, body }: { status: number; body: any }) => [status, body.code];
const firstCode = ({ status, body }: { status: number; body: any }) => [status, body.errors?.[0].code];

describe('an upload', () => {
  test('becomes a file with the type and the fingerprint of its content', async () => {
    const about = await account('Bell');
    const png = Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
      'base64',
    );
    const id = await own.uploaded({
      name: 'C:\\photos\\a\u0001b\u202egnp.exe',
      content: png,
      about: [about],
      values: { description: 'From the fair' },
    });
    const { body } = await own.call('GET', `/files/${id}`);
    expect(body).toMatchObject({
      name: 'abgnp.exe',
      mediaType: 'image/png',
      size: png.length,
      sha256: sha256(png),
      scan: 'notScanned',
      description: 'From the fair',
      about: [{ ...about, name: 'Bell' }],
      owner: { id: company.memberId },
    });
    const { body: history } = await own.call('GET', `/files/${id}/history`);
    expect(history.data.map((entry: any) => entry.verb)).toEqual(['created']);
  });

  test('arrives in pieces, resumes at its offset, and refuses a piece that does not fit', async () => {
    const content = randomBytes(MIB + 5);
    const { body: upload, headers } = await own.start({ content });
    expect([upload.offset, headers['upload-offset'], headers['location']]).toEqual([
      0,
      '0',
      `/api/v1/file-uploads/${upload.id}`,
    ]);
    const first = content.subarray(0, 512 * 1024);
    const rest = content.subarray(first.length);
    expect(codeOf(await own.complete(upload.id))).toEqual([409, 'uploadIncomplete']);
    expect(codeOf(await own.piece(upload.id, 0, Buffer.alloc(100)))).toEqual([422, 'pieceTooSmall']);
    const altered = { 'upload-checksum': `sha256 ${sha256('other', 'base64')}` };
    expect(codeOf(await own.piece(upload.id, 0, first, altered))).toEqual([422, 'checksumMismatch']);
    const intact = { 'upload-checksum': `sha256 ${sha256(first, 'base64')}` };
    const sent = await own.piece(upload.id, 0, first, intact);
    expect([sent.status, sent.headers['upload-offset']]).toEqual([204, String(first.length)]);
    for (const wrong of [0, first.length - 1, first.length + 1, 9e14]) {
      const refused = await own.piece(upload.id, wrong, rest);
      expect([...codeOf(refused), refused.body.offset]).toEqual([409, 'offsetMismatch', first.length]);
      expect(refused.headers['upload-offset']).toBe(String(first.length));
    }
    const head = await own.call('HEAD', `/file-uploads/${upload.id}`);
    expect([head.status, head.headers['upload-offset']]).toEqual([200, String(first.length)]);
    const tooMuch = Buffer.concat([rest, Buffer.alloc(1)]);
    expect(codeOf(await own.piece(upload.id, first.length, tooMuch))).toEqual([413, 'pieceTooLarge']);
    expect((await own.piece(upload.id, first.length, rest)).status).toBe(204);
    expect(codeOf(await own.complete(upload.id, { sha256: sha256('other') }))).toEqual([
      422,
      'checksumMismatch',
    ]);
    const done = await own.complete(upload.id, { sha256: sha256(content) });
    expect(done.status).toBe(201);
    // An answer that got lost is asked for again.
    expect((await own.complete(upload.id)).body).toEqual(done.body);
    expect((await own.call('GET', `/file-uploads/${upload.id}`)).body.fileId).toBe(done.body.id);
    expect(codeOf(await own.piece(upload.id, content.length, 'x'))).toEqual([409, 'offsetMismatch']);
    const { body } = await own.call('GET', `/files/${done.body.id}`);
    expect([body.sha256, body.mediaType]).toEqual([sha256(content), 'application/octet-stream']);
  });

  test('takes a piece once, however many send it', async () => {
    const content = randomBytes(MIB);
    const { body: upload } = await own.start({ content });
    const answers = await Promise.all(
      [1, 2, 3].map(() => own.piece(upload.id, 0, content.subarray(0, MIB / 2))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409, 409]);
    const { rows } = await sql(
      'select count(*)::int as n from file_part where content_id = $1 and sha256 is not null',
      [upload.id],
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  test('whose connection is cut keeps what had arrived, and goes on from there', async () => {
    await listening(api);
    const { port } = api.app.getHttpServer().address() as AddressInfo;
    const content = randomBytes(MIB);
    const { body: upload } = await own.start({ content });
    const half = content.subarray(0, MIB / 2);
    expect((await own.piece(upload.id, 0, half)).status).toBe(204);
    const cut = request({
      port,
      method: 'PATCH',
      path: `/api/v1/file-uploads/${upload.id}`,
      headers: {
        ...PIECE,
        authorization: `Bearer ${company.token}`,
        'upload-offset': half.length,
        'content-length': half.length,
      },
    });
    cut.on('error', () => {});
    cut.write(content.subarray(half.length, half.length + 300_000));
    const parts = async () =>
      (await sql('select id, sha256 from file_part where content_id = $1', [upload.id])).rows;
    await eventually(async () => ((await parts()).length === 2 ? true : null));
    cut.destroy();
    const folder = join(api.config.PELLUCID_DATA_DIR, 'files', company.tenantId);
    await eventually(async () => ((await readdir(folder)).length === 1 ? true : null));
    expect((await own.call('GET', `/file-uploads/${upload.id}`)).body.offset).toBe(half.length);
    expect((await own.piece(upload.id, half.length, content.subarray(half.length))).status).toBe(204);
    const { body } = await own.complete(upload.id, { sha256: sha256(content) });
    expect((await own.call('GET', `/files/${body.id}`)).body.size).toBe(MIB);
  });

  test('is refused when it is empty, too large, of a wrong type, or beyond the room of the company', async () => {
    const ask = (body: object) => own.call('POST', '/file-uploads', body);
    expect(firstCode(await ask({ name: 'a', size: 0 }))).toEqual([422, 'fileEmpty']);
    expect(firstCode(await ask({ name: 'a', size: 100 * MIB + 1 }))).toEqual([422, 'fileTooLarge']);
    expect((await ask({ name: 'a', size: -1 })).status).toBe(422);
    expect((await ask({ name: 'a'.repeat(2_000), size: 1 })).status).toBe(422);
    const { body: upload } = await ask({ name: '..', size: 1 });
    expect(upload.name).toBe('file');
    const unfit = await own.call('PATCH', `/file-uploads/${upload.id}`, { a: 1 }, { 'upload-offset': '0' });
    expect(codeOf(unfit)).toEqual([415, 'pieceExpected']);
    expect(codeOf(await own.call('PATCH', `/file-uploads/${upload.id}`, Buffer.from('x'), PIECE))).toEqual([
      400,
      'invalidOffset',
    ]);
    const people = await colleagues();
    await people.sql(
      `update tenant_setting set quotas = quotas || '{"fileMegabytes": 1}' where tenant_id = $1`,
      [company.tenantId],
    );
    await people.settle();
    const many = await Promise.all(Array.from({ length: 4 }, () => ask({ name: 'half', size: 400_000 })));
    expect(many.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
    expect(many.find(({ status }) => status === 409)!.body).toMatchObject({
      code: 'fileQuotaUsedUp',
      quota: 1_000_000,
    });
    const open = many.find(({ status }) => status === 201)!.body.id;
    expect((await own.call('DELETE', `/file-uploads/${open}`)).status).toBe(204);
    expect((await own.call('GET', `/file-uploads/${open}`)).status).toBe(404);
    expect((await ask({ name: 'half', size: 400_000 })).status).toBe(201);
  });

  test("is nobody else's", async () => {
    const { body: upload } = await own.start({ content: 'mine' });
    const people = await colleagues();
    const other = await people.colleague([await people.role({ permissions: [may('file', 'create')] })]);
    await people.settle();
    const theirs = uploadsOf(api, other.token);
    for (const answer of [
      await theirs.call('GET', `/file-uploads/${upload.id}`),
      await theirs.piece(upload.id, 0, 'mine'),
      await theirs.complete(upload.id),
      await theirs.call('DELETE', `/file-uploads/${upload.id}`),
    ])
      expect(codeOf(answer)).toEqual([404, 'notFound']);
  });

  test('is about a task like about any record', async () => {
    const about = [await account('Ours')];
    const { body: task } = await own.call('POST', '/tasks', { name: 'Read the offer', about });
    const id = await own.uploaded({ content: 'text', about: [{ object: 'task', id: task.id }] });
    const { body: file } = await own.call('GET', `/files/${id}`);
    expect(file.about).toMatchObject([{ object: 'task', id: task.id, name: 'Read the offer' }]);
  });

  test('is about records that its author may change, and no others', async () => {
    const [mine, hidden] = [await account('Mine'), await account('Hidden')];
    const people = await colleagues();
    const reader = await people.colleague([
      await people.role({
        permissions: [
          may('file', 'create'),
          may('file', 'read', 'own'),
          may('file', 'update', 'own'),
          may('account', 'read'),
        ],
      }),
    ]);
    const blind = await people.colleague([
      await people.role({
        permissions: [may('file', 'create'), may('file', 'read', 'own'), may('file', 'update', 'own')],
      }),
    ]);
    await people.settle();
    const content = 'text';
    const theirs = uploadsOf(api, reader.token);
    expect(codeOf(await theirs.start({ content, about: [mine] }))).toEqual([403, 'recordNotChangeable']);
    const unseen = await uploadsOf(api, blind.token).start({ content, about: [hidden] });
    const nothing = await uploadsOf(api, blind.token).start({
      content,
      about: [{ object: 'account', id: randomUUID() }],
    });
    expect(codeOf(unseen)).toEqual([404, 'notFound']);
    expect({ ...unseen.body, correlationId: '' }).toEqual({ ...nothing.body, correlationId: '' });
    const id = await theirs.uploaded({ content });
    expect(firstCode(await theirs.call('PATCH', `/files/${id}`, { about: [mine] }))).toEqual([
      422,
      'recordNotChangeable',
    ]);
  });
});

describe('content', () => {
  test('is sent as an attachment by a link without a token, whole or in part, and the history tells', async () => {
    const content = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>${'x'.repeat(300_000)}`;
    const id = await own.uploaded({ name: 'Größe "1".svg', content });
    const { status, headers, body } = await own.download(id);
    expect([status, body]).toEqual([200, content]);
    expect(headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-length': String(content.length),
      'content-disposition': `attachment; filename="Gr__e _1_.svg"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.svg`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining('sandbox'),
      'cache-control': 'private, no-store',
    });
    const part = await own.download(id, { range: 'bytes=5-12' });
    expect([part.status, part.body]).toEqual([206, content.slice(5, 13)]);
    expect((await own.download(id, { range: `bytes=${content.length}-` })).status).toBe(416);
    const { body: history } = await own.call('GET', `/files/${id}/history`);
    expect(history.data.map((entry: any) => [entry.verb, entry.actor.id])).toEqual([
      ['downloaded', company.memberId],
      ['downloaded', company.memberId],
      ['created', company.memberId],
    ]);
    expect((await own.call('GET', `/files/${id}`)).body.version).toBe(1);
    expect((await own.call('GET', `/files/${id}?version=1`)).status).not.toBe(500);
  });

  test('is unreadable in the storage', async () => {
    const content = `canary-in-file-${'y'.repeat(1_000)}`;
    await own.uploaded({ content });
    const folder = join(api.config.PELLUCID_DATA_DIR, 'files', company.tenantId);
    const [stored] = await readdir(folder);
    expect((await readFile(join(folder, stored!))).includes('canary-in-file')).toBe(false);
  });

  test('follows the rights of whom its link was made for, and its link opens nothing else', async () => {
    const about = await account('Bell');
    const id = await own.uploaded({ content: 'text', about: [about] });
    const other = await own.uploaded({ content: 'other' });
    const people = await colleagues();
    const role = await people.role({ permissions: [may('file', 'read', 'own'), may('account', 'read')] });
    const who = await people.colleague([role]);
    await people.settle();
    const theirs = uploadsOf(api, who.token);
    // The account opens the file that is about it, but not the other one.
    expect(codeOf(await theirs.call('GET', `/files/${other}/link`))).toEqual([404, 'notFound']);
    const { url } = (await theirs.call('GET', `/files/${id}/link`)).body;
    const link = new URL(url, 'http://host').searchParams.get('link')!;
    const open = (path = url) => api.call('GET', path);
    expect((await open()).body).toBe('text');
    expect(codeOf(await open(`/api/v1/files/${other}/content?link=${link}`))).toEqual([404, 'notFound']);
    expect(codeOf(await open(`/api/v1/exports/${id}/file?link=${link}`))).toEqual([404, 'notFound']);
    const [tenantId, , kind, actorId, identityId, sessionId] = JSON.parse(
      Buffer.from(link.split('.')[0]!, 'base64url').toString(),
    );
    const old = api.app
      .get(SignedLinks)
      .sign(
        { purpose: 'file', id },
        { tenantId, kind, actorId, identityId, sessionId },
        Date.now() - (LINK_MINUTES * 60 + 1) * 1000,
      );
    expect(codeOf(await open(`/api/v1/files/${id}/content?link=${old}`))).toEqual([410, 'linkExpired']);
    await people.sql('update role set permissions = $2 where id = $1', [
      role,
      JSON.stringify([may('file', 'read', 'own')]),
    ]);
    await people.settle();
    expect(codeOf(await open())).toEqual([404, 'notFound']);
    await people.sql('update session set revoked_at = now() where member_id = $1', [who.memberId]);
    expect(codeOf(await open())).toEqual([401, 'sessionEnded']);
  });

  test('is not handed out while the scan is pending or when it found something, not even by an old link', async () => {
    const id = await own.uploaded({ content: 'text' });
    const { url } = (await own.call('GET', `/files/${id}/link`)).body;
    for (const [scan, code] of [
      ['pending', 'fileScanPending'],
      ['infected', 'fileInfected'],
    ]) {
      await sql('update file set scan = $2 where id = $1', [id, scan]);
      expect(codeOf(await api.call('GET', url))).toEqual([409, code]);
      expect(codeOf(await own.call('GET', `/files/${id}/link`))).toEqual([409, code]);
    }
    await sql(`update file set scan = 'clean' where id = $1`, [id]);
    expect((await api.call('GET', url)).status).toBe(200);
  });

  test('is gone when the file is erased, and its room is free', async () => {
    const id = await own.uploaded({ name: 'Passport of Eve.txt', content: 'text' });
    const erased = await own.call('POST', `/audit/erasures`, { object: 'file', id, reason: 'asked for' });
    expect([200, 201]).toContain(erased.status);
    expect(codeOf(await own.call('GET', `/files/${id}/link`))).toEqual([410, 'fileGone']);
    const { rows } = await sql(
      'select 1 from file_part p join file_content c on c.id = p.content_id where c.file_id = $1 and p.wrapped_key is not null',
      [id],
    );
    expect(rows).toEqual([]);
  });
});

describe('bytes', () => {
  const stored = () =>
    readdir(join(api.config.PELLUCID_DATA_DIR, 'files', company.tenantId)).catch(() => [] as string[]);

  test('of abandoned uploads and of files that were deleted long ago are removed, and no others', async () => {
    const [kept, deleted, old] = [
      await own.uploaded({ content: 'kept' }),
      await own.uploaded({ content: 'just deleted' }),
      await own.uploaded({ content: 'deleted long ago' }),
    ];
    const [open, abandoned] = [
      (await own.start({ content: 'open' })).body.id,
      (await own.start({ content: 'abandoned' })).body.id,
    ];
    for (const id of [open, abandoned]) await own.piece(id, 0, id === open ? 'open' : 'abandoned');
    for (const id of [deleted, old]) expect((await own.call('DELETE', `/files/${id}`)).status).toBe(204);
    await sql(`update file set deleted_at = now() - interval '31 days' where id = $1`, [old]);
    await sql(`update file_content set created_at = now() - interval '25 hours' where id = $1`, [abandoned]);
    // What a killed process left: it was announced, and never became a part.
    const left = randomUUID();
    await sql(
      `insert into file_part (tenant_id, id, content_id, created_at) values ($1, $2, $3, now() - interval '25 hours')`,
      [company.tenantId, left, open],
    );
    expect(await stored()).toHaveLength(5);
    await purgeFiles(api.app);
    expect(await stored()).toHaveLength(3);
    const { rows } = await sql('select 1 from file_part where id = $1', [left]);
    expect(rows).toEqual([]);
    expect((await own.download(kept)).body).toBe('kept');
    expect((await own.call('GET', `/file-uploads/${abandoned}`)).status).toBe(404);
    expect((await own.complete(open)).status).toBe(201);
    for (const id of [deleted, old])
      expect((await own.call('POST', `/files/${id}/restore`)).status).toBe(200);
    expect((await own.download(deleted)).body).toBe('just deleted');
    expect(codeOf(await own.download(old))).toEqual([410, 'fileGone']);
  });
});
