import { randomBytes, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import {
  AnchorFiles,
  AuditSealer,
  SealedLog,
  SealsRepository,
  SealVerification,
} from '@pellucid/modules/audit/testing';
import { KeptSealKeys } from '@pellucid/modules/audit';
import { appCode, confirmAddress } from '@pellucid/modules/identity/testing';
import { MasterKeyCheck, rewrapKeysJob, WRAPPED_PLACES } from '@pellucid/modules/installation-keys/testing';
import { MasterKeys, masterKeyId, RecordSecrets } from '@pellucid/platform/crypto';
import { PlatformPool, TenantPool, UnitOfWorkFactory } from '@pellucid/platform/db';
import { Relay } from '@pellucid/platform/events';
import { createLogger } from '@pellucid/platform/observability';
import {
  eventually,
  holdWrites,
  type TestDatabase,
  type TestProcess,
  testDatabase,
  typescriptProcess,
} from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { registerCompany, type TestApi, type TestCompany, testApi } from './testing/api-process.js';
import { type Colleague, TestPeople } from './testing/colleagues.js';
import { multipart } from './testing/seeded-world.js';

const WORKER = fileURLToPath(new URL('../../worker/src/main.ts', import.meta.url));
/** Number of record keys added to those that the test creates, so that a rotation takes several batches. */
const MANY = 6_000;

const key = () => randomBytes(32).toString('base64');
/** The second and third key. The installation began with the first. */
const [b, c] = [key(), key()];
let a: string;

let database: TestDatabase;
let first: TestApi;
let company: TestCompany;
let people: TestPeople;
let admin: pg.Client;
let world: World;
const apis: TestApi[] = [];
const workers: TestProcess[] = [];

beforeAll(async () => {
  database = await testDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  first = await testApi(database);
  apis.push(first);
  a = first.config.PELLUCID_MASTER_KEY;
  company = await registerCompany(first);
  people = await TestPeople.of(database, first, company);
});
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
});
afterAll(async () => {
  await people?.end();
  await Promise.all(apis.map((api) => api.close()));
  await admin?.end();
  await database?.drop();
});

const environment = (present: string, ...previous: string[]) => ({
  ...first.environment,
  PELLUCID_MASTER_KEY: present,
  PELLUCID_MASTER_KEYS_PREVIOUS: previous.join(','),
});
/** Starts a process with these master keys. All other keys stay the same. */
async function apiWith(present: string, ...previous: string[]): Promise<TestApi> {
  const api = await testApi(database, [], { ...first, environment: environment(present, ...previous) });
  apis.push(api);
  return api;
}
function startWorker(env: Record<string, string>): TestProcess {
  const worker = typescriptProcess(WORKER, { env });
  workers.push(worker);
  return worker;
}
const scalar = async (text: string, values: unknown[] = []) =>
  Number((await admin.query(`select count(*) as n from ${text}`, values)).rows[0].n);
const call = (api: TestApi, method: string, path: string, body?: unknown, token = company.token) =>
  api.call(method, path, { token, ...(body === undefined ? {} : { body }) });
async function must(api: TestApi, method: string, path: string, body?: unknown): Promise<any> {
  const answer = await call(api, method, path, body);
  expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}
const check = (...ring: string[]) => new MasterKeyCheck(admin, new MasterKeys(ring));
const reportOf = async (...ring: string[]) =>
  Object.fromEntries(
    (await check(...ring).reports()).map(({ kind, counts }) => [kind, Object.fromEntries(counts)]),
  );

/** One of everything that the master key protects, directly or not. */
interface World {
  contactId: string;
  email: string;
  importId: string;
  errors: string;
  appSecret: string;
  recoveryCodes: string[];
  reader: Colleague;
  masked: { phone: string; jobTitle: string };
}

async function build(api: TestApi): Promise<World> {
  const email = `canary${randomBytes(6).toString('hex')}@example.com`;
  await must(api, 'PUT', '/masking-rules/contact/phone', { strategy: 'hash' });
  await must(api, 'PUT', '/masking-rules/contact/jobTitle', { strategy: 'tokenize' });
  const role = await people.role({
    permissions: [{ object: 'contact', action: 'read', scope: 'all' }],
    fields: ['phone', 'jobTitle'].map((field) => ({ object: 'contact', field, access: 'mask' as const })),
  });
  const reader = await people.colleague([role]);
  await people.settleEverywhere();
  const contact = await must(api, 'POST', '/contacts', {
    lastName: 'Baker',
    email,
    phone: '+49 40 5550237',
    jobTitle: 'Keeper of the keys',
  });
  await must(api, 'PATCH', `/contacts/${contact.id}`, { email: `new.${email}` });

  await confirmAddress(admin, (await must(api, 'GET', '/auth/me')).user.email);
  const { enrolment, secret } = await must(api, 'POST', '/auth/second-factors/totp', {});
  const added = await must(api, 'POST', '/auth/second-factors/totp/confirm', {
    enrolment,
    code: appCode(secret),
    name: 'Phone',
  });
  company.token = added.accessToken;

  const upload = multipart(
    {
      options: JSON.stringify({
        object: 'account',
        mode: 'create',
        mapping: { Name: 'name', Staff: 'employees' },
      }),
    },
    'accounts.csv',
    'Name,Staff\nGood,5\nBad,many\n',
  );
  const started = await api.call('POST', '/imports', { token: company.token, ...upload });
  expect(started.status, JSON.stringify(started.body)).toBe(202);
  startWorker(api.environment);
  await eventually(
    async () => (await must(api, 'GET', `/imports/${started.body.id}`)).status === 'completed',
  );
  const shown = await call(api, 'GET', `/contacts/${contact.id}`, undefined, reader.token);
  expect(shown.body).toMatchObject({
    phone: expect.stringMatching(/^h_/),
    jobTitle: expect.stringMatching(/^tok_/),
  });
  return {
    contactId: contact.id,
    email,
    importId: started.body.id,
    errors: String((await call(api, 'GET', `/imports/${started.body.id}/errors.csv`)).body),
    appSecret: secret,
    recoveryCodes: added.recoveryCodes,
    reader,
    masked: { phone: shown.body.phone, jobTitle: shown.body.jobTitle },
  };
}

/** Reads everything through the process, and logs in with both kinds of second factor. */
async function expectAllOpens(api: TestApi): Promise<void> {
  const { contactId, importId, errors, masked, reader } = world;
  const history = await must(api, 'GET', `/contacts/${contactId}/history`);
  expect(JSON.stringify(history)).toContain(`"before":"${world.email}"`);
  expect(history.data.some((entry: any) => entry.erased)).toBe(false);
  expect(String((await call(api, 'GET', `/imports/${importId}/errors.csv`)).body)).toBe(errors);
  expect(errors).toContain('Bad,many');
  const shown = await call(api, 'GET', `/contacts/${contactId}`, undefined, reader.token);
  expect(shown.body).toMatchObject(masked);
  const opened = await must(api, 'POST', '/masking/detokenise', {
    token: masked.jobTitle,
    reason: 'Looking after the keys',
  });
  expect(opened.value).toBe('Keeper of the keys');
  await admin.query('update second_factor set last_step = null');
  for (const proof of [
    { method: 'totp', code: appCode(world.appSecret) },
    { method: 'recovery', code: world.recoveryCodes.pop()! },
  ]) {
    const asked = await api.call('POST', '/auth/login', {
      body: { email: company.email, password: company.password },
    });
    const entered = await api.call('POST', '/auth/second-factor', {
      body: { token: asked.body.secondFactor.token, ...proof },
    });
    expect(entered.status, `${proof.method}: ${JSON.stringify(entered.body)}`).toBe(200);
  }
}

/** Seals the events so far, as a worker with these keys would. */
async function sealAll(...ring: string[]): Promise<void> {
  const relay = new Relay(
    { connectionString: database.platformUrl, onPlaced: () => {} },
    createLogger({ level: 'warn' }),
  );
  relay.start();
  const platform = new PlatformPool({ connectionString: database.platformUrl, max: 2 });
  const pool = new TenantPool({ connectionString: database.appUrl, max: 2 });
  try {
    await eventually(async () => (await scalar('event_outbox')) === 0);
    const [present, ...previous] = ring as [string, ...string[]];
    await new AuditSealer(
      new SealsRepository(pool, platform),
      new UnitOfWorkFactory(pool),
      { every: () => {} },
      { error: () => {} },
      {
        PELLUCID_MASTER_KEY: present,
        PELLUCID_MASTER_KEYS_PREVIOUS: previous,
      },
      new AnchorFiles(first.config.PELLUCID_DATA_DIR),
    ).seal(company.tenantId);
  } finally {
    await relay.stop();
    await platform.end();
    await pool.end();
  }
}
async function sealFindings(...ring: string[]) {
  const keys = await new KeptSealKeys(admin, new MasterKeys(ring)).read();
  const anchors = new AnchorFiles(first.config.PELLUCID_DATA_DIR);
  for await (const report of new SealVerification(new SealedLog(admin), anchors, keys).check(
    company.tenantId,
  ))
    return report.findings;
  return undefined;
}

/** Adds record keys wrapped under the key, as if many records had been written. */
async function addSecrets(master: string): Promise<void> {
  const secrets = new RecordSecrets(new MasterKeys([master]));
  const rows = Array.from({ length: MANY }, () => {
    const id = randomUUID();
    return { id, ...secrets.create(company.tenantId, 'contact', id).secret };
  });
  await admin.query(
    `insert into record_secret select $1, 'contact', * from unnest($2::uuid[], $3::text[], $4::bytea[])`,
    [company.tenantId, rows.map((r) => r.id), rows.map((r) => r.keyId), rows.map((r) => r.wrapped)],
  );
}
const under = (master: string) => scalar('record_secret where key_id = $1', [masterKeyId(master)]);
const jobs = async () =>
  (await admin.query('select state, last_error from job where name = $1', [rewrapKeysJob.name])).rows;

test('a master key is changed while people work: everything can be read throughout, and the old key can be dropped', async () => {
  world = await build(first);
  await addSecrets(a);
  // The key ID of an installation from before keys had IDs.
  for (const { table, keyId } of WRAPPED_PLACES)
    if (table !== 'installation_key')
      await admin.query(`update ${table} set ${keyId} = 'm1' where ${keyId} = $1`, [masterKeyId(a)]);
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
  await sealAll(a);
  await expectAllOpens(first);

  // With both keys, old values open and new ones are sealed under the new key.
  const both = await apiWith(b, a);
  await expectAllOpens(both);
  const fresh = await must(both, 'POST', '/contacts', { lastName: 'Fresh', email: 'fresh@example.com' });
  expect(await scalar('record_secret where record_id = $1 and key_id = $2', [fresh.id, masterKeyId(b)])).toBe(
    1,
  );
  await sealAll(b, a);
  expect(await sealFindings(b, a)).toEqual([]);
  const before = await reportOf(b, a);
  expect(before['keys of records']).toMatchObject({ [masterKeyId(a)]: expect.any(Number) });
  expect(await check(b, a).droppable(await check(b, a).reports())).toEqual([]);
  expect(await reportOf(b), 'what only the old key opens').toMatchObject({
    'keys of imports': { missing: 1 },
    'keys of uploads': { missing: 1 },
    'secrets of authenticator apps': { missing: 1 },
  });

  // The worker starts the rotation unasked. It is killed midway, and another worker continues.
  const total = await scalar('record_secret');
  const held = await holdWrites(database, 'record_secret', 700);
  const killed = startWorker(environment(b, a));
  await held.reached();
  await killed.kill();
  await held.release();
  expect(await under(b), 'it was killed after it had begun').toBeGreaterThan(500);
  expect(await under(b), 'it was killed before it was through').toBeLessThan(total);
  expect((await check(b, a).reports()).every(({ counts }) => !counts.has('broken'))).toBe(true);
  await expectAllOpens(both);
  await admin.query(`update job set lease_until = now() - interval '1 second' where state = 'running'`);
  startWorker(environment(b, a));
  await eventually(async () => (await jobs()).every(({ state }) => state === 'done'));
  expect(await jobs()).toHaveLength(1);
  expect(await under(b)).toBe(total);
  for (const counts of Object.values(await reportOf(b, a)))
    expect(Object.keys(counts).filter((id) => id !== masterKeyId(b))).toEqual([]);
  expect(await check(b, a).droppable(await check(b, a).reports())).toEqual([masterKeyId(a)]);
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));

  // Without the old key.
  const after = await apiWith(b);
  await expectAllOpens(after);
  await sealAll(b);
  expect(await sealFindings(b)).toEqual([]);
  expect(new Set((await admin.query('select key_id from audit_seal')).rows.map((r) => r.key_id)).size).toBe(
    2,
  );
});

test('without a row’s key, reads fail and name the key, writes are refused, and the job reports what it can’t open', async () => {
  const api = await apiWith(b);
  const lost = await must(api, 'POST', '/contacts', { lastName: 'Lost', email: 'lost@example.com' });
  const { secret } = new RecordSecrets(new MasterKeys([c])).create(company.tenantId, 'contact', lost.id);
  await admin.query('update record_secret set key_id = $2, wrapped = $3 where record_id = $1', [
    lost.id,
    secret.keyId,
    secret.wrapped,
  ]);
  const missing = { code: 'masterKeyMissing', keyId: masterKeyId(c) };
  const history = await call(api, 'GET', `/contacts/${lost.id}/history`);
  expect([history.status, history.body]).toEqual([503, expect.objectContaining(missing)]);
  const written = await call(api, 'PATCH', `/contacts/${lost.id}`, { email: 'other@example.com' });
  expect([written.status, written.body]).toEqual([503, expect.objectContaining(missing)]);
  expect((await must(api, 'GET', `/contacts/${lost.id}`)).email).toBe('lost@example.com');
  await expectAllOpens(api);

  await admin.query('delete from job where name = $1', [rewrapKeysJob.name]);
  startWorker(environment(b, a));
  const dead = await eventually(async () => (await jobs()).find(({ state }) => state === 'dead'));
  expect(dead.last_error).toContain('1 keys of records');
  expect(await reportOf(b, a)).toMatchObject({ 'keys of records': { missing: 1 } });
});

test('a process with none of the keys does not start, and says what to do', async () => {
  await expect(apiWith(c)).rejects.toThrow('PELLUCID_MASTER_KEYS_PREVIOUS');
  const worker = startWorker(environment(c));
  expect(await worker.exited).toBe(78);
});
