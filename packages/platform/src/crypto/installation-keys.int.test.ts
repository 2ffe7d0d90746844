import { hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ConfigError } from '../config/index.js';
import { PlatformPool } from '../db/index.js';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { seal } from './aead.js';
import { InstallationKeys, INSTALLATION_KEYS, MasterKeys, RECORD_SECRETS, WrappedKeys } from './index.js';

let database: TestDatabase;
let owner: pg.Client;
let platform: PlatformPool;
const key = () => randomBytes(32).toString('base64');
const [a, b] = [key(), key()];

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
beforeEach(() => {
  platform = new PlatformPool({ connectionString: database.platformUrl, max: 4 });
});
afterEach(async () => {
  await platform.end();
  await owner.query('delete from installation_key');
  await owner.query('delete from record_secret');
  await owner.query('delete from tenant');
});
afterAll(async () => {
  await owner?.end();
  await database?.drop();
});

/** Returns the key that a process with these master keys derives. */
async function derived(...ring: string[]): Promise<string> {
  const keys = new InstallationKeys(platform, new MasterKeys(ring));
  await keys.onModuleInit();
  return keys.stable('masking', 'company').toString('hex');
}
const from = (root: string) =>
  Buffer.from(hkdfSync('sha256', Buffer.from(root, 'base64'), 'company', 'pellucid:masking', 32)).toString(
    'hex',
  );

async function company(): Promise<string> {
  const id = randomUUID();
  await owner.query('insert into tenant (id, name, subdomain) values ($1, $2, $2)', [id, id]);
  return id;
}

/** Stores a record's key as it was wrapped before master keys could be changed. */
async function unnamedSecret(tenantId: string, master: string): Promise<void> {
  const recordId = randomUUID();
  const kek = Buffer.from(
    hkdfSync('sha256', Buffer.from(master, 'base64'), '', 'pellucid:record-secret', 32),
  );
  await owner.query(`insert into record_secret values ($1, 'contact', $2, 'm1', $3)`, [
    tenantId,
    recordId,
    seal(kek, randomBytes(32), `${tenantId}:contact:${recordId}`),
  ]);
}

test('a new installation derives from its own root, the same in processes that start at the same time', async () => {
  const all = await Promise.all([derived(a), derived(a), derived(a), derived(a)]);
  expect(new Set(all).size).toBe(1);
  expect(all[0]).not.toBe(from(a));
  await company();
  expect(await derived(a)).toBe(all[0]);
});

test('derived keys outlive the master key', async () => {
  const before = await derived(a);
  expect(await derived(b, a)).toBe(before);
  expect(await new WrappedKeys(platform, new MasterKeys([b, a])).rewrap(INSTALLATION_KEYS)).toMatchObject({
    done: 1,
    lost: 0,
  });
  expect(await derived(b)).toBe(before);
  await expect(derived(a)).rejects.toThrow(ConfigError);
});

test('an installation with data keeps its derived keys, even if its master key is changed at once', async () => {
  const tenantId = await company();
  await unnamedSecret(tenantId, a);
  expect(await derived(b, a)).toBe(from(a));
  await owner.query('delete from installation_key');
  expect(await derived(a)).toBe(from(a));
  await owner.query('delete from installation_key');
  await owner.query('delete from record_secret');
  expect(await derived(b, a)).toBe(from(a));
});

test('a process with another key does not start, and creates no root', async () => {
  await unnamedSecret(await company(), a);
  await expect(derived(b)).rejects.toThrow('PELLUCID_MASTER_KEYS_PREVIOUS');
  expect((await owner.query('select 1 from installation_key')).rowCount).toBe(0);
});

test('keys are rewrapped in batches; what no key opens, and what changes meanwhile, stays as it is', async () => {
  const tenantId = await company();
  for (let i = 0; i < 7; i++) await unnamedSecret(tenantId, a);
  const strange = await company();
  await unnamedSecret(strange, key());
  const keys = new MasterKeys([b, a]);
  const wrapped = new WrappedKeys(platform, keys);
  expect(await wrapped.hasOld(RECORD_SECRETS, tenantId)).toBe(true);
  let done = 0;
  for (let after: string[] | null = null; ; ) {
    const step = await wrapped.rewrap(RECORD_SECRETS, { tenantId, after, limit: 3 });
    done += step.done;
    if (!step.next) break;
    after = step.next;
  }
  expect(done).toBe(7);
  expect(await wrapped.hasOld(RECORD_SECRETS, tenantId)).toBe(false);
  expect(await wrapped.rewrap(RECORD_SECRETS)).toEqual({ next: null, done: 0, lost: 1 });
  expect(await wrapped.count(RECORD_SECRETS)).toEqual(
    new Map([
      [keys.currentId, 7],
      ['missing', 1],
    ]),
  );
  await owner.query(`update record_secret set wrapped = wrapped || 'x' where key_id <> 'm1'`);
  expect((await wrapped.count(RECORD_SECRETS)).get('broken')).toBe(7);
});
