import type { INestApplicationContext } from '@nestjs/common';
import { ARTIST, photo, sizeOf } from '@pellucid/modules/files/testing';
import {
  CLAMD_LIMIT,
  EICAR,
  eventually,
  type TestClamd,
  type TestDatabase,
  testClamd,
  testDatabase,
} from '@pellucid/platform/testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { registerCompany, type TestApi, type TestCompany, testApi } from './testing/api-process.js';
import { TestPeople } from './testing/colleagues.js';
import { uploadsOf } from './testing/uploads.js';
import { workerBeside } from './testing/worker-in-process.js';

/* A real ClamAV, so this file has an API and a worker of its own. */

let database: TestDatabase;
let clamd: TestClamd;
let api: TestApi;
let worker: INestApplicationContext;
let company: TestCompany;
let own: ReturnType<typeof uploadsOf>;

beforeAll(async () => {
  [clamd, database] = await Promise.all([testClamd(), testDatabase()]);
  api = await testApi(database, [], undefined, { CLAMD_HOST: clamd.host, CLAMD_PORT: String(clamd.port) });
  worker = await workerBeside(api);
  company = await registerCompany(api);
  own = uploadsOf(api, company.token);
});
afterAll(async () => {
  await worker?.close();
  await api?.close();
  await clamd?.end();
  await database?.drop();
});

const scanOf = async (id: string) => (await own.call('GET', `/files/${id}`)).body.scan;
const scanned = (id: string) =>
  eventually(async () => {
    const scan = await scanOf(id);
    return scan === 'pending' ? null : scan;
  });
const codeOf = ({ status, body }: { status: number; body: any }) => [status, body.code];

test('a clean file can be downloaded once it was scanned, and the history says so', async () => {
  const id = await own.uploaded({ content: 'harmless' });
  expect(await scanned(id)).toBe('clean');
  expect((await own.download(id)).body).toBe('harmless');
  const { body } = await own.call('GET', `/files/${id}/history`);
  expect(body.data.map(({ verb, actor }: any) => [verb, actor.kind])).toEqual([
    ['downloaded', 'member'],
    ['scanned', 'system'],
    ['created', 'member'],
  ]);
});

test('an infected file is never handed out, wherever in its pieces the virus is', async () => {
  const content = `${'x'.repeat(300 * 1024)}`;
  const { body: upload } = await own.start({ content: content + EICAR });
  // The virus is cut by the pieces. The scanner looks at whole files, and knows this one by its end.
  const cut = content.length + 20;
  expect((await own.piece(upload.id, 0, (content + EICAR).slice(0, cut))).status).toBe(204);
  expect((await own.piece(upload.id, cut, (content + EICAR).slice(cut))).status).toBe(204);
  const { id } = (await own.complete(upload.id)).body;
  expect(await scanned(id)).toBe('infected');
  expect(codeOf(await own.call('GET', `/files/${id}/link`))).toEqual([409, 'fileInfected']);
  expect(codeOf(await own.call('GET', `/files/${id}/thumbnail`))).toEqual([409, 'fileInfected']);
});

test('files wait while the scanner is out of reach, and are scanned when it is back', async () => {
  await clamd.stop();
  const id = await own.uploaded({ content: 'patient' });
  const people = await TestPeople.of(database, api, company);
  onTestFinished(() => people.end());
  await eventually(async () => {
    const { rows } = await people.sql(
      `select 1 from job where name = 'files.examine' and attempts > 0 and state = 'pending' and payload -> 'data' ->> 'fileId' = $1`,
      [id],
    );
    return rows.length ? true : null;
  });
  expect(codeOf(await own.download(id))).toEqual([409, 'fileScanPending']);
  await clamd.start();
  expect(await scanned(id)).toBe('clean');
});

test('a file that the scanner refuses stays blocked, and its job is among the failed ones', async () => {
  const id = await own.uploaded({ content: 'y'.repeat(CLAMD_LIMIT + 1) });
  await eventually(async () => {
    const { body } = await own.call('GET', '/dead-letters');
    return body.data.some(({ source }: any) => source === 'files.examine') ? true : null;
  });
  expect(codeOf(await own.download(id))).toEqual([409, 'fileScanPending']);
});

test('pictures have small thumbnails without what the camera wrote, and nothing else has one', async () => {
  const picture = await photo();
  expect(picture.includes(ARTIST)).toBe(true);
  const id = await own.uploaded({ name: 'photo.txt', content: picture });
  const { raw, headers } = await eventually(async () => {
    const answer = await api.app.inject({
      method: 'GET',
      url: `/api/v1/files/${id}/thumbnail`,
      headers: { authorization: `Bearer ${company.token}` },
    });
    return answer.statusCode === 200 ? { raw: answer.rawPayload, headers: answer.headers } : null;
  });
  expect(headers).toMatchObject({ 'content-type': 'image/webp', 'x-content-type-options': 'nosniff' });
  expect(await sizeOf(raw)).toEqual([160, 80]);
  expect(raw.includes(ARTIST)).toBe(false);
  const broken = await own.uploaded({ content: picture.subarray(0, 300) });
  expect(await scanned(broken)).toBe('clean');
  expect((await own.call('GET', `/files/${broken}/thumbnail`)).status).toBe(204);
});
