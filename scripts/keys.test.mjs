/** `npm run keys:check` and `npm run keys:rotate` as an operator runs them, on a running server. */
import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
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

const dataDir = mkdtempSync(join(tmpdir(), 'pellucid-keys-'));
const paths = instancePaths(dataDir);
const company = randomUUID();
let server;
let admin;

before(async () => {
  await ensureBuilt({ web: false });
  prepareDataDirectory(paths);
  const secrets = instanceSecrets(paths);
  server = await startPostgres({ directory: paths.postgres, password: secrets.postgresPassword });
  rememberPorts(paths, { postgres: server.port });
  const urls = await ensureRoles(
    withProductDatabase(server.adminUrl),
    deriveRolePasswords(secrets.roleSecret),
  );
  await deployMigrations(urls.ownerUrl);
  admin = new pg.Client({ connectionString: withProductDatabase(server.adminUrl) });
  await admin.connect();
  await admin.query(`insert into tenant (id, name, subdomain) values ($1, 'Keys', 'keys')`, [company]);
  for (let i = 0; i < 3; i++) await addRecordKey(secrets.masterKey);
});
after(async () => {
  await admin?.end();
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const crypto = () => import(join(projectRoot, 'packages/platform/dist/crypto/index.js'));

/** Adds a record key wrapped by this master key. */
async function addRecordKey(masterKey) {
  const { MasterKeys, RecordSecrets } = await crypto();
  const id = randomUUID();
  const { secret } = new RecordSecrets(new MasterKeys([masterKey])).create(company, 'contact', id);
  await admin.query(`insert into record_secret values ($1, 'contact', $2, $3, $4)`, [
    company,
    id,
    secret.keyId,
    secret.wrapped,
  ]);
  return id;
}

const run = (script, args = [], env = {}) => runScript(script, args, { PELLUCID_DATA_DIR: dataDir, ...env });

test('a master key in the data folder is changed, the worker is asked, and the check says when the old key may be dropped', async () => {
  const { MasterKeys, masterKeyId, RECORD_SECRETS, WrappedKeys } = await crypto();
  const old = masterKeyId(instanceSecrets(paths).masterKey);
  const before = await run('keys-check');
  assert.equal(before.code, 0, before.output);
  assert.match(before.output, new RegExp(`✓ keys of records: 3 under ${old}`));

  const made = await run('keys-rotate', ['--master', '--new']);
  assert.equal(made.code, 0, made.output);
  const { masterKey, previousMasterKeys } = instanceSecrets(paths);
  assert.deepEqual(previousMasterKeys.map(masterKeyId), [old]);
  const present = masterKeyId(masterKey);
  assert.notEqual(present, old);
  const needed = await run('keys-check');
  assert.equal(needed.code, 0, needed.output);
  assert.match(needed.output, new RegExp(`Master keys: ${present} \\(present\\), ${old}\\.`));
  assert.match(needed.output, new RegExp(`${old} is still needed`));

  const asked = await run('keys-rotate', ['--master']);
  assert.equal(asked.code, 0, asked.output);
  const { rows } = await admin.query('select name, state, tenant_id from job');
  assert.deepEqual(rows, [{ name: 'installation-keys.rewrap', state: 'pending', tenant_id: company }]);
  // Does what the worker's job does.
  await new WrappedKeys(admin, new MasterKeys([masterKey, ...previousMasterKeys])).rewrap(RECORD_SECRETS);
  const after = await run('keys-check');
  assert.equal(after.code, 0, after.output);
  assert.match(after.output, new RegExp(`✓ keys of records: 3 under ${present}`));
  assert.match(after.output, new RegExp(`${old} is no longer needed`));
  for (const { output } of [before, made, needed, asked, after])
    for (const key of [masterKey, ...previousMasterKeys]) assert.ok(!output.includes(key));
});

test('values that no key opens are counted, and the check exits with 1', async () => {
  const id = await addRecordKey(randomBytes(32).toString('base64'));
  const { code, output } = await run('keys-check');
  assert.equal(code, 1, output);
  assert.match(output, /✗ keys of records: .*1 whose master key isn't configured/);
  await admin.query('delete from record_secret where record_id = $1', [id]);
  const given = { PELLUCID_MASTER_KEY: randomBytes(32).toString('base64') };
  assert.equal(
    (await run('keys-check', [], given)).code,
    1,
    'the data folder’s earlier keys are not this key’s',
  );
});

test('invalid keys and options are refused', async () => {
  const wrong = await run('keys-check', [], { PELLUCID_MASTER_KEYS_PREVIOUS: 'AAAA' });
  assert.equal(wrong.code, 78, wrong.output);
  assert.match(wrong.output, /PELLUCID_MASTER_KEYS_PREVIOUS must be 32 bytes/);
  const given = { PELLUCID_MASTER_KEY: randomBytes(32).toString('base64') };
  assert.equal((await run('keys-rotate', ['--master', '--new'], given)).code, 78);
  assert.equal((await run('keys-rotate', ['--everything'])).code, 64);
});
