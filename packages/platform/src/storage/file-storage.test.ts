import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MasterKeys } from '../crypto/index.js';
import { type TestS3, testS3 } from '../testing/index.js';
import {
  type FileStorage,
  FileTooLargeError,
  LocalFileStorage,
  SealedFiles,
  StoredFileMissingError,
} from './index.js';
import { S3FileStorage } from './s3-file-storage.js';

/* The contract of the storage, kept by every adapter. S3 is a server that speaks its protocol and stores objects as files. */

const MIB = 1024 * 1024;

let folder: string;
let s3: TestS3;
const stores: Record<string, { storage: FileStorage; folder: string }> = {};

const bucketAt = (endpoint: string) =>
  new S3FileStorage({
    bucket: s3.bucket,
    region: 'us-east-1',
    endpoint,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pellucid-storage-'));
  s3 = await testS3();
  stores['local disk'] = { storage: new LocalFileStorage(folder), folder };
  stores['S3'] = { storage: bucketAt(s3.endpoint), folder: s3.folder };
});
afterAll(async () => {
  (stores['S3']?.storage as S3FileStorage | undefined)?.onApplicationShutdown();
  await s3?.stop();
  await rm(folder, { recursive: true });
});

describe.each(['local disk', 'S3'])('%s', (name) => {
  const tenant = randomUUID();
  const storage = () => stores[name]!.storage;
  const files = async () =>
    (await readdir(stores[name]!.folder, { recursive: true, withFileTypes: true }).catch(() => []))
      .filter((entry) => entry.isFile() && !entry.name.startsWith('_'))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  /** Content in chunks of 64 kB, as uploads arrive. */
  const streamOf = (bytes: Buffer) =>
    Readable.from(
      (function* () {
        for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
      })(),
    );
  /** Content that breaks off after the bytes. */
  const brokenAfter = (bytes: Buffer) =>
    Readable.from(
      (async function* () {
        yield* streamOf(bytes);
        throw new Error('connection lost');
      })(),
    );

  test('returns what was written, whole or in part, until it is removed', async () => {
    const id = randomUUID();
    const content = Readable.from([Buffer.from('hello '), Buffer.from('world')]);
    expect(await storage().write(tenant, id, content, 100)).toEqual({
      size: 11,
      sha256: createHash('sha256').update('hello world').digest('base64url'),
    });
    expect(await text(await storage().read(tenant, id))).toBe('hello world');
    expect(await text(await storage().read(tenant, id, { start: 6, end: 8 }))).toBe('wor');
    await storage().remove(tenant, id);
    await storage().remove(tenant, id);
    await expect(storage().read(tenant, id)).rejects.toThrow(StoredFileMissingError);
  });

  test('takes large content of unknown size, and no content at all', async () => {
    const [large, empty] = [randomUUID(), randomUUID()];
    const bytes = randomBytes(13 * MIB + 5);
    expect((await storage().write(tenant, large, streamOf(bytes), bytes.length)).size).toBe(bytes.length);
    expect((await buffer(await storage().read(tenant, large))).equals(bytes)).toBe(true);
    expect((await storage().write(tenant, empty, Readable.from([]), 100)).size).toBe(0);
    expect(await text(await storage().read(tenant, empty))).toBe('');
    await storage().remove(tenant, large);
    await storage().remove(tenant, empty);
  });

  test('leaves nothing behind when the content is too large or breaks off, early or late', async () => {
    const before = await files();
    for (const size of [100, 11 * MIB]) {
      const bytes = Buffer.alloc(size);
      await expect(storage().write(tenant, randomUUID(), streamOf(bytes), size - 1)).rejects.toThrow(
        FileTooLargeError,
      );
      await expect(storage().write(tenant, randomUUID(), brokenAfter(bytes), 2 * size)).rejects.toThrow(
        'connection lost',
      );
    }
    expect(await files()).toEqual(before);
  });

  test('returns no file of another tenant and follows no path', async () => {
    const id = randomUUID();
    await storage().write(tenant, id, Readable.from([Buffer.from('mine')]), 100);
    await expect(storage().read(randomUUID(), id)).rejects.toThrow(StoredFileMissingError);
    await expect(storage().read(tenant, `../${tenant}/${id}`)).rejects.toThrow(StoredFileMissingError);
    await expect(storage().remove(tenant, '../x')).rejects.toThrow(StoredFileMissingError);
  });

  test('keeps sealed files, whole and in part, and nothing of their content is readable in it', async () => {
    const sealed = new SealedFiles(storage(), new MasterKeys([randomBytes(32).toString('base64')]));
    const id = randomUUID();
    const bytes = Buffer.from('a line of text\n'.repeat(500_000));
    const { size, secret } = await sealed.write('test', tenant, id, streamOf(bytes), bytes.length);
    expect(size).toBe(bytes.length);
    const file = { id, size, secret };
    expect((await buffer(await sealed.read('test', tenant, file))).equals(bytes)).toBe(true);
    const range = { start: 6_000_001, end: 6_000_100 };
    const part = await buffer(await sealed.read('test', tenant, file, range));
    expect(part.equals(bytes.subarray(range.start, range.end + 1))).toBe(true);
    expect((await buffer(await storage().read(tenant, id))).includes('a line of text')).toBe(false);
  });
});

test('local disk: what a killed process left behind is removed after a while', async () => {
  const { storage, folder: local } = stores['local disk']!;
  const tenant = randomUUID();
  await storage.write(tenant, randomUUID(), Readable.from([Buffer.from('whole')]), 100);
  const left = join(local, 'files', tenant, `${randomUUID()}.part`);
  await writeFile(left, 'half');
  await utimes(left, new Date(0), new Date(0));
  await storage.sweep(new Date());
  expect(await readdir(join(local, 'files', tenant))).toHaveLength(1);
});

test('S3: a server that does not answer is a problem with the storage', async () => {
  const nowhere = bucketAt('http://127.0.0.1:1');
  const problem = { status: 503, code: 'storageUnavailable' };
  const id = randomUUID();
  await expect(nowhere.read(randomUUID(), id)).rejects.toMatchObject(problem);
  await expect(nowhere.remove(randomUUID(), id)).rejects.toMatchObject(problem);
  await expect(nowhere.write(randomUUID(), id, Readable.from([Buffer.from('x')]), 10)).rejects.toMatchObject(
    problem,
  );
  nowhere.onApplicationShutdown();
});
