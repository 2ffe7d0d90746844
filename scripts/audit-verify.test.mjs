/** `npm run audit:verify` as an operator runs it: on a running server, on a stopped one, and on one given by URL. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { runScript } from './fixtures/commands.mjs';
import { ensureBuilt } from './runtime/build.mjs';
import { startPostgres } from './runtime/embedded-postgres.mjs';
import { withProductDatabase } from './runtime/environment.mjs';
import { instancePaths, instanceSecrets, prepareDataDirectory, rememberPorts } from './runtime/instance.mjs';
import { deployMigrations } from './runtime/migrations.mjs';
import { projectRoot } from './runtime/project.mjs';
import { deriveRolePasswords, ensureRoles } from './runtime/roles.mjs';

const dataDir = mkdtempSync(join(tmpdir(), 'pellucid-verify-'));
const paths = instancePaths(dataDir);
const companies = { kept: randomUUID(), broken: randomUUID() };
let server;
let secrets;
let admin;
let urls;

before(async () => {
  await ensureBuilt({ web: false });
  prepareDataDirectory(paths);
  secrets = instanceSecrets(paths);
  server = await startServer();
  urls = await ensureRoles(withProductDatabase(server.adminUrl), deriveRolePasswords(secrets.roleSecret));
  await deployMigrations(urls.ownerUrl);
  await connect();
  for (const [name, id] of Object.entries(companies)) {
    await admin.query('insert into tenant (id, name, subdomain) values ($1, $2, $2)', [id, name]);
    await write(id, 4);
    await seal(id);
  }
});
after(async () => {
  await admin?.end();
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function startServer() {
  const started = await startPostgres({ directory: paths.postgres, password: secrets.postgresPassword });
  rememberPorts(paths, { postgres: started.port });
  return started;
}

async function connect() {
  admin = new pg.Client({ connectionString: withProductDatabase(server.adminUrl) });
  admin.on('error', () => {});
  await admin.connect();
}

/** Writes events with their positions in the feed. */
async function write(tenantId, count) {
  for (let i = 1; i <= count; i++) {
    const id = randomUUID();
    await admin.query(
      `insert into record_event (tenant_id, id, object, record_id, verb, descriptor_version, record_version, changes, actor_kind,
         cause_kind, correlation_id, at) values ($1, $2, 'account', $3, 'created', 1, 1, '{}', 'system', 'system', 'c', now())`,
      [tenantId, id, randomUUID()],
    );
    await admin.query(
      `with head as (insert into feed_head (tenant_id, position) values ($1, 1)
         on conflict (tenant_id) do update set position = feed_head.position + 1 returning position)
       insert into feed (tenant_id, position, event_id) select $1, position, $2 from head`,
      [tenantId, id],
    );
  }
}

/** Seals the events as the worker does, with its code and its database users. */
async function seal(tenantId) {
  const built = (path) => import(join(projectRoot, 'packages', path));
  const { AuditSealer } = await built('modules/dist/audit/worker/audit-sealer.js');
  const { anchorsOf } = await built('modules/dist/audit/sealing/anchors-of.js');
  const { SealsRepository } = await built('modules/dist/audit/sealing/seals.repository.js');
  const { PlatformPool, TenantPool, UnitOfWorkFactory } = await built('platform/dist/db/index.js');
  const pool = new TenantPool({ connectionString: urls.appUrl, max: 1 });
  const platform = new PlatformPool({ connectionString: urls.platformUrl, max: 1 });
  const config = { PELLUCID_MASTER_KEY: secrets.masterKey, PELLUCID_DATA_DIR: dataDir };
  const repository = new SealsRepository(pool, platform);
  const units = new UnitOfWorkFactory(pool);
  const anchors = await anchorsOf(config);
  await new AuditSealer(repository, units, { every() {} }, { error() {} }, config, anchors).seal(tenantId);
  await Promise.all([pool.end(), platform.end()]);
}

const verify = (env = {}, ...args) => runScript('audit-verify', args, { PELLUCID_DATA_DIR: dataDir, ...env });

test('an intact log exits with 0 and says what is not sealed yet', async () => {
  await write(companies.kept, 2);
  const { code, output } = await verify();
  assert.equal(code, 0, output);
  assert.match(output, /✓ kept \([-0-9a-f]+\): 4 events under 1 seals, sealed on \S+; 2 not sealed yet/);
  assert.match(
    output,
    /2 companies, 2 seals, 8 events checked, 2 not sealed yet: nothing was altered or removed\./,
  );
});

test('an altered and a removed event are named, and the command exits with 1', async () => {
  const { rows } = await admin.query('select event_id from feed where tenant_id = $1 order by position', [
    companies.broken,
  ]);
  const [, altered, removed] = rows.map((row) => row.event_id);
  await admin.query(`update record_event set changes = '{"name": {"after": "x"}}' where id = $1`, [altered]);
  await admin.query('delete from record_event where id = $1', [removed]);
  const { code, output } = await verify();
  assert.equal(code, 1, output);
  assert.match(output, /✗ broken/);
  assert.match(
    output,
    new RegExp(`event ${altered} \\(account .*, created, .*\\) was altered: position 2, seal 1`),
  );
  assert.match(output, new RegExp(`event ${removed} was removed: position 3, seal 1`));
  assert.match(output, /2 findings\.$/m);
});

test('one company can be checked by its id or subdomain, an unknown one is refused', async () => {
  const one = await verify({}, '--tenant', 'kept');
  assert.equal(one.code, 0, one.output);
  assert.match(one.output, /^1 companies, 1 seals, 4 events checked/m);
  assert.equal((await verify({}, '--tenant', companies.broken)).code, 1);
  const none = await verify({}, '--tenant', 'nobody');
  assert.equal(none.code, 1);
  assert.match(none.output, /No company has the ID or subdomain "nobody"/);
  assert.equal((await verify({}, '--company', 'kept')).code, 64);
});

test('a server given by its URL is checked with the key and the anchors given', async () => {
  const url = withProductDatabase(server.adminUrl);
  const given = { DATABASE_URL: url, PELLUCID_MASTER_KEY: secrets.masterKey };
  assert.equal((await verify(given, '--tenant', 'kept')).code, 0);
  const elsewhere = mkdtempSync(join(tmpdir(), 'pellucid-verify-'));
  const keyless = await verify({ DATABASE_URL: url, PELLUCID_DATA_DIR: elsewhere });
  assert.equal(keyless.code, 78);
  assert.match(keyless.output, /PELLUCID_MASTER_KEY isn't set/);
  rmSync(elsewhere, { recursive: true, force: true });
});

test('a stopped instance is started for as long as the check takes', async () => {
  await admin.end();
  await server.stop();
  const { code, output } = await verify({}, '--tenant', 'kept');
  assert.equal(code, 0, output);
  assert.equal(existsSync(join(paths.postgres, 'postmaster.pid')), false);
  assert.equal(existsSync(paths.lock), false);
  server = await startServer();
  await connect();
});

test('without an instance, the command says so', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'pellucid-verify-'));
  const { code, output } = await verify({ PELLUCID_DATA_DIR: empty });
  assert.equal(code, 78);
  assert.match(output, /There is no instance in/);
  rmSync(empty, { recursive: true, force: true });
});
