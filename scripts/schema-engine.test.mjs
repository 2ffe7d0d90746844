/** The schema engine depends on an internal protocol of Prisma. These tests fail as soon as a release changes it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { startThrowawayPostgres } from './runtime/embedded-postgres.mjs';
import {
  buildPartitionIndexes,
  deployMigrations,
  migrationNames,
  pendingMigrations,
} from './runtime/migrations.mjs';
import { LaunchError } from './runtime/progress.mjs';
import { prismaCommand } from './runtime/prisma-command.mjs';
import { projectRoot } from './runtime/project.mjs';
import { deriveRolePasswords, ensureRoles, withUrl } from './runtime/roles.mjs';

let server;
let ownerUrl;

before(async () => {
  server = await startThrowawayPostgres({ kind: 'engine' });
  const adminUrl = withUrl(server.adminUrl, { database: 'pellucid' });
  ({ ownerUrl } = await ensureRoles(adminUrl, deriveRolePasswords('engine test')));
});
after(() => server?.stop());

/** Runs Prisma. Returns its exit code and output. */
async function prisma(...args) {
  let output = '';
  const env = { DATABASE_URL_OWNER: ownerUrl };
  const code = await prismaCommand(args, env, { quiet: true, onOutput: (text) => (output += text) });
  return { code, output };
}

test('migrates an empty database, once', async () => {
  assert.deepEqual(await pendingMigrations(ownerUrl), migrationNames());
  await deployMigrations(ownerUrl);
  assert.deepEqual(await pendingMigrations(ownerUrl), []);
  const again = await prisma('migrate', 'deploy');
  assert.match(again.output, /No pending migrations/);
  assert.equal(again.code, 0);
});

test('partitions get the indexes of their parent, also after an interrupted build, and new ones at once', async () => {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  const invalid = async () =>
    (await client.query('select indexrelid::regclass::text as name from pg_index where not indisvalid')).rows;
  try {
    assert.deepEqual(await invalid(), []);
    await client.query(`
      create table planted (id int, cause text) partition by range (id);
      create table planted_1 partition of planted for values from (0) to (10);
      create table planted_2 partition of planted for values from (10) to (20);
      create index planted_cause on only planted (cause, id) where cause is not null;
      create index planted_1_planted_cause on planted_1 (id)`);
    assert.deepEqual(await buildPartitionIndexes(ownerUrl), [
      'planted_1_planted_cause',
      'planted_2_planted_cause',
    ]);
    assert.deepEqual(await invalid(), []);
    assert.deepEqual(await buildPartitionIndexes(ownerUrl), []);
    await client.query('create table planted_3 partition of planted for values from (20) to (30)');
    const { rows } = await client.query(
      `select pg_get_indexdef(inhrelid) as definition from pg_inherits where inhparent = 'planted_cause'::regclass`,
    );
    assert.equal(rows.length, 3);
    for (const { definition } of rows) assert.match(definition, /\(cause, id\) WHERE \(cause IS NOT NULL\)$/);
  } finally {
    await client.query('drop table planted');
    await client.end();
  }
});

test('a migration edited after it ran is refused by name, with the fix; a new one is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pellucid-migrations-'));
  try {
    cpSync(join(projectRoot, 'prisma/migrations'), folder, { recursive: true });
    assert.deepEqual(await pendingMigrations(ownerUrl, folder), []);
    const name = migrationNames()[1];
    const file = join(folder, name, 'migration.sql');
    const run = readFileSync(file, 'utf8');
    writeFileSync(file, `${run}-- more\n`);
    await assert.rejects(pendingMigrations(ownerUrl, folder), (error) => {
      assert.ok(error instanceof LaunchError);
      assert.match(error.message, new RegExp(`^1 migration was changed after .*: ${name}\\.`));
      assert.match(error.message, /migration-create\.mjs/);
      return true;
    });
    writeFileSync(file, run);
    mkdirSync(join(folder, '99990101000000_next'));
    writeFileSync(join(folder, '99990101000000_next/migration.sql'), 'SELECT 1;\n');
    assert.deepEqual(await pendingMigrations(ownerUrl, folder), ['99990101000000_next']);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the migrations produce exactly the schema', async () => {
  const args = ['--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema', '--exit-code'];
  const { code, output } = await prisma('migrate', 'diff', ...args);
  assert.equal(code, 0, output);
});

test('the migrated database has no drift', async () => {
  const args = ['--from-config-datasource', '--to-schema', 'prisma/schema', '--exit-code'];
  const { code, output } = await prisma('migrate', 'diff', ...args);
  assert.equal(code, 0, output);
});

test('creating roles and extensions again changes nothing and doesn’t fail', async () => {
  const adminUrl = withUrl(server.adminUrl, { database: 'pellucid' });
  const urls = await ensureRoles(adminUrl, deriveRolePasswords('engine test'));
  assert.equal(urls.ownerUrl, ownerUrl);
});

test('migrate.mjs creates a database from nothing, with the passwords in the given URLs', async () => {
  const adminUrl = withUrl(server.adminUrl, { database: 'released' });
  const of = (role) => withUrl(adminUrl, { user: `pellucid_${role}`, password: `${role} of this release` });
  const env = {
    ...process.env,
    DATABASE_URL: adminUrl,
    DATABASE_URL_OWNER: of('owner'),
    DATABASE_URL_APP: of('app'),
    DATABASE_URL_PLATFORM: of('platform'),
  };
  const migrate = () =>
    execFileSync(process.execPath, ['scripts/migrate.mjs'], { cwd: projectRoot, env, encoding: 'utf8' });
  migrate();
  assert.match(migrate(), /up to date/);
  for (const role of ['owner', 'app', 'platform']) {
    const client = new pg.Client({ connectionString: of(role) });
    await client.connect();
    const { rows } = await client.query('SELECT current_user AS role');
    await client.end();
    assert.equal(rows[0].role, `pellucid_${role}`);
  }
});
