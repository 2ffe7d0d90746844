import { randomBytes, randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MasterKeys, RecordSecrets } from '@pellucid/platform/crypto';
import { PlatformPool, TenantPool, UnitOfWorkFactory } from '@pellucid/platform/db';
import { FeedRetention, Relay } from '@pellucid/platform/events';
import { createLogger, Metrics } from '@pellucid/platform/observability';
import { newId } from '@pellucid/platform/records';
import { eventually, type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { AuditSealer, SealsMissingError } from '../worker/audit-sealer.js';
import { SealedPlaces } from '../worker/sealed-places.js';
import { AnchorFiles } from './anchor-file.js';
import { LEAF_COLUMNS, LEAF_FORMAT } from './event-leaf.js';
import { makeSeal, SealKeys } from './seal.js';
import { SealMetrics } from './seal-metrics.js';
import { SealedLog } from './sealed-log.repository.js';
import { SealsRepository, toSealable, sealableEvents } from './seals.repository.js';
import { type Finding, SealVerification, sentenceOf } from './verification.js';

let database: TestDatabase;
/** A superuser of the database: the attacker that the seals protect against. */
let superuser: pg.Client;
let platform: PlatformPool;
let pool: TenantPool;
let relay: Relay;
let dataDir: string;
let sealer: AuditSealer;
let repository: SealsRepository;
let tenant: string;
const masterKey = randomBytes(32).toString('base64');
const keys = new SealKeys([masterKey]);
const vault = new RecordSecrets(new MasterKeys([masterKey]));

beforeAll(async () => {
  database = await testDatabase();
  superuser = new pg.Client({ connectionString: database.adminUrl });
  await superuser.connect();
  platform = new PlatformPool({ connectionString: database.platformUrl, max: 2 });
  pool = new TenantPool({ connectionString: database.appUrl, max: 4 });
  dataDir = await mkdtemp(join(tmpdir(), 'pellucid-seals-'));
  repository = new SealsRepository(pool, platform);
  sealer = sealerOn(dataDir);
  const logger = createLogger({ level: 'warn' });
  relay = new Relay({ connectionString: database.platformUrl, onPlaced: () => {} }, logger);
  relay.start();
});
afterAll(async () => {
  await relay?.stop();
  await pool?.end();
  await platform?.end();
  await superuser?.end();
  await database?.drop();
  await rm(dataDir, { recursive: true, force: true });
});
beforeEach(async () => {
  tenant = randomUUID();
  await superuser.query('insert into tenant (id, name, subdomain) values ($1, $2, $3)', [
    tenant,
    'Sealed',
    `sealed-${tenant}`,
  ]);
});

function sealerOn(folder: string): AuditSealer {
  return new AuditSealer(
    repository,
    new UnitOfWorkFactory(pool),
    { every: () => {} },
    { error: () => {} },
    { PELLUCID_MASTER_KEY: masterKey },
    new AnchorFiles(folder),
  );
}

/** Adds events to the log as a write does, and waits until the relay has assigned their positions. */
async function write(count: number, personal = false): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const id = newId();
    const record = randomUUID();
    let sealed: Buffer | null = null;
    if (personal) {
      const { key, secret } = vault.create(tenant, 'contact', record);
      await superuser.query('insert into record_secret values ($1, $2, $3, $4, $5)', [
        tenant,
        'contact',
        record,
        secret.keyId,
        secret.wrapped,
      ]);
      sealed = vault.encrypt(key, id, { email: { after: 'ann@example.com' } });
    }
    await superuser.query(
      `insert into record_event (tenant_id, id, object, record_id, verb, descriptor_version, record_version, changes, personal,
         actor_kind, actor_id, on_behalf_of, cause_kind, cause_id, cause_version, correlation_id, causation_id, depth, suppress,
         at, origin, fields)
       values ($1, $2, 'contact', $3, 'created', 1, 1, $4, $5, 'member', $6, '{"kind": "member"}', 'request', $6, 3, 'c-1', $6, 0,
         '{search}', now(), '{"ip": "10.1.2.3", "userAgent": "test"}', '{name}')`,
      [
        tenant,
        id,
        record,
        JSON.stringify({ name: { after: `Name ${i}`, amount: 1.5 } }),
        sealed,
        randomUUID(),
      ],
    );
    await superuser.query('insert into event_outbox (tenant_id, event_ids) values ($1, array[$2::uuid])', [
      tenant,
      id,
    ]);
    ids.push(id);
  }
  await eventually(
    async () =>
      (await superuser.query('select 1 from event_outbox where tenant_id = $1', [tenant])).rowCount === 0,
  );
  return ids;
}

async function check(options: { folder?: string; keys?: SealKeys; now?: Date } = {}) {
  const verification = new SealVerification(
    new SealedLog(superuser),
    new AnchorFiles(options.folder ?? dataDir),
    options.keys ?? keys,
    () => options.now ?? new Date(),
  );
  for await (const report of verification.check(tenant)) return report;
  throw new Error('no report');
}

const short = (findings: Finding[]) => findings.map(({ kind, eventId, seal }) => [kind, eventId ?? seal]);

test('seals follow each other, however many there are', async () => {
  await write(12);
  await sealer.seal(tenant, 1);
  expect(await check()).toMatchObject({ seals: 12, events: 12, unsealed: 0, findings: [] });
});

test('an untouched log has no findings, and events without a seal are counted', async () => {
  await write(7);
  await sealer.seal(tenant, 3);
  await write(2);
  const report = await check();
  expect(report).toMatchObject({ seals: 3, events: 7, unsealed: 2, findings: [] });
  await sealer.seal(tenant);
  expect(await check()).toMatchObject({ seals: 4, events: 9, unsealed: 0, findings: [] });
});

test('the leaf covers every column of the log', async () => {
  const { rows } = await superuser.query(
    `select column_name from information_schema.columns where table_name = 'record_event' and table_schema = 'public'`,
  );
  expect(LEAF_COLUMNS[LEAF_FORMAT]!.map(({ name }) => name).sort()).toEqual(
    rows.map((row) => row.column_name).sort(),
  );
});

/** Alterations of each column of an event, as a superuser could make them. */
const ALTERATIONS: Record<string, string> = {
  object: `'account'`,
  record_id: 'gen_random_uuid()',
  verb: `'updated'`,
  descriptor_version: '2',
  record_version: '2',
  changes: `'{"name": {"after": "Somebody else", "amount": 1.5}}'`,
  personal: `personal || '\\x00'`,
  actor_kind: `'import'`,
  actor_id: 'gen_random_uuid()',
  on_behalf_of: 'null',
  cause_kind: `'import'`,
  cause_id: 'null',
  cause_version: '4',
  correlation_id: `'c-2'`,
  causation_id: 'null',
  depth: '1',
  suppress: `'{}'`,
  at: `at + interval '1 millisecond'`,
  origin: `'{"ip": "10.1.2.4", "userAgent": "test"}'`,
  fields: `'{email}'`,
};

test('an event altered in any column is named', async () => {
  const columns = Object.keys(ALTERATIONS);
  const covered = LEAF_COLUMNS[LEAF_FORMAT]!.map(({ name }) => name);
  expect(covered.filter((name) => !columns.includes(name))).toEqual(['tenant_id', 'id']);
  const ids = await write(columns.length + 1, true);
  await sealer.seal(tenant, 8);
  for (const [i, column] of columns.entries())
    await superuser.query(`update record_event set ${column} = ${ALTERATIONS[column]} where id = $1`, [
      ids[i],
    ]);
  const { findings } = await check();
  expect(short(findings)).toEqual(columns.map((_, i) => ['eventAltered', ids[i]]));
  expect(sentenceOf(findings[2]!)).toMatch(
    new RegExp(`^event ${ids[2]} \\(contact .*, updated, .*\\) was altered: position 3, seal 1$`),
  );
});

test('an event that was removed is named, even if its position in the feed was removed too', async () => {
  const ids = await write(5);
  await sealer.seal(tenant);
  await superuser.query('delete from record_event where id = $1', [ids[1]]);
  await superuser.query('delete from record_event where id = $1', [ids[3]]);
  await superuser.query('delete from feed where event_id = $1', [ids[3]]);
  expect(short((await check()).findings)).toEqual([
    ['eventRemoved', ids[1]],
    ['eventRemoved', ids[3]],
  ]);
});

test('events that only lost or swapped their positions are named', async () => {
  const ids = await write(4);
  await sealer.seal(tenant);
  await superuser.query('delete from feed where event_id = $1', [ids[0]]);
  await superuser.query(`update feed set position = position + 100 where event_id = any($1::uuid[])`, [
    [ids[2], ids[3]],
  ]);
  await superuser.query(`update feed set position = 3 where event_id = $1`, [ids[3]]);
  await superuser.query(`update feed set position = 4 where event_id = $1`, [ids[2]]);
  const found = short((await check()).findings).map(([kind, id]) => `${kind} ${id}`);
  for (const id of [ids[0], ids[2], ids[3]]) expect(found).toContain(`placeRemoved ${id}`);
  expect(found.some((text) => text.endsWith(ids[1]!))).toBe(false);
});

test('an event inserted into a sealed stretch, or into the log but not the feed, is named', async () => {
  const ids = await write(3);
  // A position that the feed skipped.
  await superuser.query('update feed set position = 5 where event_id = $1', [ids[2]]);
  await sealer.seal(tenant);
  const copy = (id: string) =>
    superuser.query(
      `insert into record_event select (jsonb_populate_record(e, jsonb_build_object('id', $1::text))).* from record_event e where id = $2`,
      [id, ids[0]],
    );
  const [slipped, beside] = [newId(), newId()];
  await copy(slipped);
  await superuser.query('insert into feed (tenant_id, position, event_id) values ($1, 4, $2)', [
    tenant,
    slipped,
  ]);
  await copy(beside);
  expect(short((await check()).findings)).toEqual([
    ['eventInserted', slipped],
    ['eventInserted', beside],
  ]);
});

test('an event that vanished before it was sealed is named', async () => {
  const ids = await write(2);
  await superuser.query('delete from record_event where id = $1', [ids[0]]);
  expect(short((await check()).findings)).toEqual([['eventRemoved', ids[0]]]);
  await sealer.seal(tenant);
  expect(short((await check()).findings)).toEqual([['eventRemoved', ids[0]]]);
});

/** Ages the tenant's feed and removes positions from it, as the worker does. @returns how many */
async function purgePlaces(folder = dataDir): Promise<number> {
  await superuser.query(`update feed set placed_at = now() - interval '2 years' where tenant_id = $1`, [
    tenant,
  ]);
  const retention = new FeedRetention(platform);
  new SealedPlaces(retention, repository, new AnchorFiles(folder)).onModuleInit();
  await retention.purge(365);
  const { rows } = await superuser.query('select count(*)::int as n from feed where tenant_id = $1', [
    tenant,
  ]);
  return rows[0].n;
}

test('removing old positions keeps seals valid, and later changes to their events are found', async () => {
  const ids = await write(7);
  await sealer.seal(tenant, 3);
  expect(await purgePlaces()).toBe(1);
  expect(await check()).toMatchObject({ seals: 3, events: 7, unsealed: 0, findings: [] });
  const more = await write(2);
  await sealer.seal(tenant);
  expect(await check()).toMatchObject({ seals: 4, events: 9, findings: [] });

  await superuser.query(`update record_event set verb = 'forged' where id = $1`, [ids[1]]);
  await superuser.query('delete from record_event where id = $1', [ids[4]]);
  const beside = newId();
  await superuser.query(
    `insert into record_event select (jsonb_populate_record(e, jsonb_build_object('id', $1::text))).* from record_event e where id = $2`,
    [beside, ids[0]],
  );
  await superuser.query('delete from feed where event_id = $1', [more[0]]);
  expect(short((await check()).findings)).toEqual([
    ['eventAltered', ids[1]],
    ['eventRemoved', ids[4]],
    ['placeRemoved', more[0]],
    ['eventInserted', beside],
  ]);
});

test('positions that no anchored seal records are kept, however old they are', async () => {
  await write(4);
  expect(await purgePlaces()).toBe(4);
  await sealer.seal(tenant, 2);
  expect(await purgePlaces(join(dataDir, 'without-anchors'))).toBe(4);
  expect(await purgePlaces()).toBe(1);
  expect((await check()).findings).toEqual([]);
});

test('a false claim that unsealed positions were removed for their age is found', async () => {
  const ids = await write(3);
  await superuser.query('update feed_head set purged_to = 2 where tenant_id = $1', [tenant]);
  await superuser.query('delete from feed where tenant_id = $1 and position <= 2', [tenant]);
  expect(short((await check()).findings)).toEqual([
    ['eventInserted', ids[0]],
    ['eventInserted', ids[1]],
  ]);
});

/** Replaces the tenant's seals with new ones over the current log, made with another key under the real key's id. */
async function forgeSeals(): Promise<void> {
  const forger = new SealKeys([randomBytes(32).toString('base64')]);
  const { rows } = await superuser.query(
    `${sealableEvents(LEAF_FORMAT)} where f.tenant_id = $1 and e.id is not null order by f.position`,
    [tenant],
  );
  const seal = makeSeal(forger, tenant, undefined, rows.map(toSealable), new Date());
  await superuser.query(
    `update audit_seal set entries = $2, root = $3, mac = $4, to_position = $5 where tenant_id = $1 and number = 1`,
    [tenant, seal.entries, seal.root, seal.mac, seal.toPosition],
  );
}

test('rewriting events together with their seals is found, and the anchor names the events', async () => {
  const ids = await write(4);
  await sealer.seal(tenant);
  await superuser.query(`update record_event set verb = 'forged' where id = $1`, [ids[1]]);
  await superuser.query('delete from record_event where id = $1', [ids[2]]);
  await forgeSeals();
  expect(short((await check()).findings)).toEqual([
    ['sealAltered', 1],
    ['eventAltered', ids[1]],
    ['eventRemoved', ids[2]],
  ]);
});

test('removing the newest events together with their seals is found', async () => {
  const ids = await write(6);
  await sealer.seal(tenant, 3);
  await superuser.query('delete from record_event where id = any($1::uuid[])', [ids.slice(3)]);
  await superuser.query('delete from feed where event_id = any($1::uuid[])', [ids.slice(3)]);
  await superuser.query('delete from audit_seal where tenant_id = $1 and number = 2', [tenant]);
  expect(short((await check()).findings)).toEqual([
    ['sealMissing', 2],
    ...ids.slice(3).map((id) => ['eventRemoved', id]),
  ]);
  // Continuing would reuse number 2 for other events.
  await expect(sealer.seal(tenant)).rejects.toThrow(SealsMissingError);
});

test('a company that was wiped from the database is found by its anchors', async () => {
  const ids = await write(2);
  await sealer.seal(tenant);
  for (const table of ['record_event', 'feed', 'feed_head', 'audit_seal'])
    await superuser.query(`delete from ${table} where tenant_id = $1`, [tenant]);
  expect(short((await check()).findings)).toEqual([
    ['sealMissing', 1],
    ['eventRemoved', ids[0]],
    ['eventRemoved', ids[1]],
  ]);
});

test('a missing or altered anchor is found, and the log is then checked by the seals of the database', async () => {
  const ids = await write(6);
  await sealer.seal(tenant, 2);
  const path = new AnchorFiles(dataDir).pathOf(tenant);
  const [first, , third] = (await readFile(path, 'utf8')).trimEnd().split('\n');
  await writeFile(path, `${first!.replace('"toPosition":2', '"toPosition":3')}\n${third}\n`);
  await superuser.query(`update record_event set verb = 'altered' where id = $1`, [ids[3]]);
  expect(short((await check()).findings)).toEqual([
    ['anchorAltered', 1],
    ['anchorMissing', 2],
    ['eventAltered', ids[3]],
  ]);
});

test('two anchors for one seal contradict each other', async () => {
  await write(1);
  await sealer.seal(tenant);
  const path = new AnchorFiles(dataDir).pathOf(tenant);
  const line = (await readFile(path, 'utf8')).trimEnd();
  await appendFile(path, `${line.replace('"toPosition":1', '"toPosition":9')}\n`);
  expect(short((await check()).findings)).toEqual([['anchorAltered', 1]]);
});

test('a chain that was cut and joined again is found', async () => {
  await write(6);
  await sealer.seal(tenant, 2);
  await superuser.query('delete from audit_seal where tenant_id = $1 and number = 2', [tenant]);
  await superuser.query('update audit_seal set number = 2 where tenant_id = $1 and number = 3', [tenant]);
  expect(short((await check()).findings)).toEqual([
    ['sealAltered', 2],
    ['sealMissing', 3],
  ]);
});

test('a seal made with a missing key is reported as such, and not as altered', async () => {
  await write(1);
  await sealer.seal(tenant);
  const others = new SealKeys([randomBytes(32).toString('base64')]);
  expect(short((await check({ keys: others })).findings)).toEqual([
    ['keyMissing', 1],
    ['notCheckable', 1],
  ]);
  const ring = new SealKeys([randomBytes(32).toString('base64'), masterKey]);
  expect((await check({ keys: ring })).findings).toEqual([]);
});

test('a record whose secret was destroyed still verifies', async () => {
  await write(3, true);
  await sealer.seal(tenant);
  const { rowCount } = await superuser.query('delete from record_secret where tenant_id = $1', [tenant]);
  expect(rowCount).toBe(3);
  expect(await check()).toMatchObject({ events: 3, findings: [] });
});

test('a seal without an anchor because of a crash is anchored by the next run', async () => {
  await write(2);
  const folder = await mkdtemp(join(tmpdir(), 'pellucid-seals-'));
  await sealer.seal(tenant);
  // As after a crash: the seal is committed, but its file was not written.
  const young = await check({ folder });
  expect(young.findings).toEqual([]);
  const later = new Date(Date.now() + 3_600_000);
  expect(short((await check({ folder, now: later })).findings)).toEqual([['anchorMissing', 1]]);
  await sealerOn(folder).seal(tenant);
  expect((await check({ folder, now: later })).findings).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});

test('a line cut off by a crash stays, and the seal is anchored again', async () => {
  await write(2);
  await sealer.seal(tenant, 1);
  const path = new AnchorFiles(dataDir).pathOf(tenant);
  const whole = await readFile(path, 'utf8');
  await writeFile(path, whole.slice(0, -40));
  expect(short((await check({ now: new Date(Date.now() + 3_600_000) })).findings)).toEqual([
    ['anchorMissing', 2],
  ]);
  await sealerOn(dataDir).seal(tenant);
  expect((await check()).findings).toEqual([]);
});

test('two concurrent workers create one chain', async () => {
  await write(20);
  await Promise.all([sealer.seal(tenant, 3), sealerOn(dataDir).seal(tenant, 3)]);
  const report = await check();
  expect(report).toMatchObject({ events: 20, unsealed: 0, findings: [] });
});

test('the schedule seals every company, and one that cannot be sealed does not block others', async () => {
  await write(1);
  await sealer.seal(tenant);
  await superuser.query('delete from audit_seal where tenant_id = $1', [tenant]);
  const broken = tenant;
  tenant = randomUUID();
  await superuser.query('insert into tenant (id, name, subdomain) values ($1, $2, $3)', [
    tenant,
    'Second',
    `second-${tenant}`,
  ]);
  await write(1);
  expect(broken).not.toBe(tenant);
  await sealer.sealAll();
  expect(await check()).toMatchObject({ seals: 1, unsealed: 0, findings: [] });
});

test('the age of the oldest event without a seal is reported, whether it is in the outbox or in the feed', async () => {
  // Other tests may have left some behind.
  await superuser.query(
    'delete from feed; delete from event_outbox; delete from audit_seal; delete from feed_head',
  );
  const metrics = new Metrics(createLogger({ level: 'silent' }));
  new SealMetrics(metrics, repository);
  const told = async () => {
    const line = /^pellucid_seals_oldest_unsealed_seconds (\S+)$/m.exec((await metrics.payload()).body);
    return Number(line![1]);
  };
  expect(await told()).toBe(0);
  const began = Date.now();
  const [old] = await write(2);
  await superuser.query(`update record_event set at = now() - interval '15 minutes' where id = $1`, [old]);
  expect(await told()).toBeGreaterThan(895);
  expect(await told()).toBeLessThan(900 + 1 + (Date.now() - began) / 1000);
  await sealer.seal(tenant);
  expect(await told()).toBe(0);
  await write(1);
  expect(await told()).toBeLessThan(1 + (Date.now() - began) / 1000);
  await sealer.seal(tenant);
  // No later test uses a relay.
  await relay.stop();
  await superuser.query(
    `insert into event_outbox (tenant_id, event_ids, created_at) values ($1, '{}', now() - interval '1 hour')`,
    [tenant],
  );
  expect(await told(), 'the relay stands still').toBeGreaterThan(3_595);
});
