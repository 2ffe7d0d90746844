/** The field keys of this instance, for operators' commands. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import pg from 'pg';
import { ensureBuilt } from './build.mjs';
import { instancePaths, instanceSecrets, rememberFieldKeys } from './instance.mjs';
import { openInstanceDatabase } from './instance-database.mjs';
import { LaunchError } from './progress.mjs';
import { dataDirectory } from './project.mjs';

/**
 * @returns {string} the keys that the instance runs with
 * @throws {LaunchError} that says what is missing
 */
export function configuredFieldKeys(env = process.env) {
  if (env['PELLUCID_FIELD_KEYS']) return env['PELLUCID_FIELD_KEYS'];
  const paths = instancePaths(dataDirectory(env));
  if (existsSync(paths.secrets)) return instanceSecrets(paths).fieldKeys;
  throw new LaunchError(
    `PELLUCID_FIELD_KEYS isn't set and ${paths.secrets} is missing. Set the keys the instance runs with.`,
    78,
  );
}

/**
 * Adds a new key before those in the data folder.
 * @returns {{keyId: string, file: string}}
 */
export function addFieldKey(env = process.env) {
  if (env['PELLUCID_FIELD_KEYS'])
    throw new LaunchError(
      'The keys come from PELLUCID_FIELD_KEYS. Add a new one at the front there, as <id>:<32 random bytes in base64>.',
      78,
    );
  const keys = configuredFieldKeys(env);
  const numbers = keys.split(',').map((part) => Number(/^k(\d+):/.exec(part.trim())?.[1] ?? 0));
  const keyId = `k${Math.max(...numbers) + 1}`;
  const paths = instancePaths(dataDirectory(env));
  rememberFieldKeys(paths, `${keyId}:${randomBytes(32).toString('base64')},${keys}`);
  return { keyId, file: paths.secrets };
}

/**
 * Runs a command with the instance's database and keys.
 * @param {(instance: {client: pg.Client, store: object, ring: object, masterKeys: object, modules: object}) =>
 * Promise<number>} command returns the exit code
 */
export async function withKeys(command) {
  const keys = configuredFieldKeys();
  await ensureBuilt({ web: false });
  const modules = await load();
  const ring = ringOf(modules, keys);
  const instance = await openInstanceDatabase();
  const client = new pg.Client({ connectionString: instance.url });
  try {
    await client.connect();
    return await command({
      client,
      store: new modules.StoredValues(client),
      ring,
      masterKeys: new modules.MasterKeys(instance.masterKeys),
      modules,
    });
  } finally {
    await client.end().catch(() => {});
    await instance.close();
  }
}

async function load() {
  const built = '../../packages/modules/dist';
  const parts = await Promise.all(
    [
      `${built}/field-security/keys/key-check.js`,
      `${built}/field-security/keys/stored-values.repository.js`,
      `${built}/field-security/protection/jobs/protect-field.job.js`,
      `${built}/field-security/tokens/jobs/reseal-tokens.job.js`,
      `${built}/installation-keys/master-key-check.js`,
      `${built}/installation-keys/jobs/rewrap-keys.job.js`,
      `${built}/lists/records.generated.js`,
      '../../packages/platform/dist/crypto/index.js',
    ].map((path) => import(path)),
  );
  return Object.assign({}, ...parts);
}

function ringOf({ FieldKeyRing, FieldKeysError }, keys) {
  try {
    return new FieldKeyRing(keys);
  } catch (error) {
    if (error instanceof FieldKeysError) throw new LaunchError(`PELLUCID_FIELD_KEYS: ${error.message}`, 78);
    throw error;
  }
}
