import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileTooLargeError, LocalFileStorage, StoredFileMissingError } from './index.js';

let dataDir: string;
let storage: LocalFileStorage;
const tenant = randomUUID();

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'pellucid-storage-'));
  storage = new LocalFileStorage(dataDir);
});
afterAll(() => rm(dataDir, { recursive: true }));

const files = async () =>
  (await readdir(dataDir, { recursive: true, withFileTypes: true }))
    .filter((e) => e.isFile())
    .map((e) => e.name);

test('returns what was written, whole or in part', async () => {
  const id = randomUUID();
  const written = await storage.write(
    tenant,
    id,
    Readable.from([Buffer.from('hello '), Buffer.from('world')]),
    100,
  );
  expect(written.size).toBe(11);
  expect(await text(await storage.read(tenant, id))).toBe('hello world');
  expect(await text(await storage.read(tenant, id, { start: 6, end: 8 }))).toBe('wor');
  await storage.remove(tenant, id);
  await expect(storage.read(tenant, id)).rejects.toThrow(StoredFileMissingError);
});

test('leaves nothing behind when the content is too large or breaks off', async () => {
  const large = Readable.from([Buffer.alloc(60), Buffer.alloc(60)]);
  await expect(storage.write(tenant, randomUUID(), large, 100)).rejects.toThrow(FileTooLargeError);
  const broken = new Readable({
    read() {
      this.push(Buffer.from('half'));
      this.destroy(new Error('connection lost'));
    },
  });
  await expect(storage.write(tenant, randomUUID(), broken, 100)).rejects.toThrow('connection lost');
  expect(await files()).toEqual([]);
});

test('returns no file of another tenant and follows no path', async () => {
  const id = randomUUID();
  await storage.write(tenant, id, Readable.from([Buffer.from('mine')]), 100);
  await expect(storage.read(randomUUID(), id)).rejects.toThrow(StoredFileMissingError);
  await expect(storage.read(tenant, `../${tenant}/${id}`)).rejects.toThrow(StoredFileMissingError);
});
