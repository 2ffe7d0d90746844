import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { PlatformPool } from '@pellucid/platform/db';
import { LocalFileStorage, StoredFileMissingError } from '@pellucid/platform/storage';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExpiredFilesRepository } from './expired-files.repository.js';
import { FileRetention } from './file-retention.js';

let database: TestDatabase;
let owner: pg.Client;
let platform: PlatformPool;
let dataDir: string;

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  platform = new PlatformPool({ connectionString: database.platformUrl, max: 2 });
  dataDir = await mkdtemp(join(tmpdir(), 'pellucid-retention-'));
});
afterAll(async () => {
  await platform?.end();
  await owner?.end();
  await database?.drop();
  await rm(dataDir, { recursive: true, force: true });
});

test('removes old uploads and half-written ones, but none that an import still has to read', async () => {
  const storage = new LocalFileStorage(dataDir);
  const tenant = randomUUID();
  await owner.query('insert into tenant (id, name, subdomain) values ($1, $2, $3)', [
    tenant,
    'Test',
    'retention',
  ]);
  const upload = async (age: string, status?: string, { job = 'running', held = '' } = {}) => {
    const id = randomUUID();
    await storage.write(tenant, id, Readable.from([Buffer.from('name\n')]), 100);
    await owner.query(
      `insert into import_file (tenant_id, id, name, size, sha256, created_at, held_until)
       values ($1, $2, 'f', 5, '', now() - $3::interval, now() + nullif($4, '')::interval)`,
      [tenant, id, age, held],
    );
    if (status) {
      await owner.query(
        `insert into job (tenant_id, id, name, payload, state, correlation_id) values ($1, $2, 'test', '{}', $3, 'test')`,
        [tenant, id, status === 'completed' ? 'done' : job],
      );
      await owner.query(
        `insert into import_run (tenant_id, id, object, mode, status, file_id, job_id, options, dialect, key_id, wrapped_key, finished_at)
         values ($1, $2, 'account', 'create', $3, $4, $4, '{}', '{}', 'm1', '\\x01', case $3 when 'completed' then now() - $5::interval end)`,
        [tenant, randomUUID(), status, id, age],
      );
      await owner.query('update import_run set created_at = now() - $2::interval where file_id = $1', [
        id,
        age,
      ]);
    }
    return id;
  };
  const fresh = await upload('6 days');
  const old = await upload('8 days');
  const finished = await upload('8 days', 'completed');
  const waiting = await upload('8 days', 'queued');
  const forgotten = await upload('31 days', 'completed');
  const givenUp = await upload('31 days', 'running', { job: 'dead' });
  const held = await upload('8 days', undefined, { held: '1 day' });
  const heldBefore = await upload('8 days', undefined, { held: '-1 day' });
  const half = join(dataDir, 'files', tenant, `${randomUUID()}.part`);
  await writeFile(half, 'half');
  await utimes(half, new Date(0), new Date(0));

  await new FileRetention({ every: () => {} }, new ExpiredFilesRepository(platform), storage).purge();

  for (const gone of [old, finished, forgotten, givenUp, heldBefore])
    await expect(storage.read(tenant, gone)).rejects.toThrow(StoredFileMissingError);
  for (const kept of [fresh, waiting, held]) (await storage.read(tenant, kept)).destroy();
  const { rows } = await owner.query('select id from import_file where removed_at is not null order by id');
  expect(rows.map((r) => r.id)).toEqual([old, finished, forgotten, givenUp, heldBefore].sort());
  const keys = await owner.query(
    'select file_id from import_run where wrapped_key is null and key_id is null',
  );
  expect(keys.rows.map((r) => r.file_id).sort()).toEqual([forgotten, givenUp].sort());
  await expect(utimes(half, 1, 1)).rejects.toThrow('ENOENT');
});
