/** Opens this instance's database for operators' commands: the given one, or the embedded one, running or not. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { startPostgres } from './embedded-postgres.mjs';
import { withProductDatabase } from './environment.mjs';
import { instancePaths, instanceSecrets, rememberedPorts } from './instance.mjs';
import { takeLock } from './locks.mjs';
import { configuredMasterKeys } from './master-keys.mjs';
import { LaunchError } from './progress.mjs';
import { dataDirectory } from './project.mjs';

/**
 * @typedef {object} InstanceDatabase
 * @property {string} url of a database user that sees all tenants
 * @property {string[]} masterKeys the current one first
 * @property {string} dataDir
 * @property {() => Promise<void>} close stops what was started
 */

/**
 * Opens the instance that the environment names: DATABASE_URL_OWNER or DATABASE_URL, else the embedded server of
 * PELLUCID_DATA_DIR. Uses a running server as it is, and starts a stopped one until `close`.
 * @returns {Promise<InstanceDatabase>}
 * @throws {LaunchError} that says what is missing
 */
export async function openInstanceDatabase(env = process.env) {
  const paths = instancePaths(dataDirectory(env));
  const given = env['DATABASE_URL_OWNER'] || env['DATABASE_URL'];
  const masterKeys = configuredMasterKeys(env);
  if (masterKeys.length === 0) {
    throw new LaunchError(
      given
        ? `PELLUCID_MASTER_KEY isn't set and ${paths.secrets} is missing. Set the key the instance runs with.`
        : `There is no instance in ${paths.dataDir}. Set PELLUCID_DATA_DIR, or DATABASE_URL and PELLUCID_MASTER_KEY.`,
      78,
    );
  }
  const dataDir = paths.dataDir;
  if (given) return { url: given, masterKeys, dataDir, close: async () => {} };
  if (!existsSync(join(paths.postgres, 'PG_VERSION')))
    throw new LaunchError(`There is no database in ${paths.postgres}.`, 78);
  return { masterKeys, dataDir, ...(await embedded(paths)) };
}

async function embedded(paths) {
  const password = instanceSecrets(paths).postgresPassword;
  const port = rememberedPorts(paths).postgres;
  const running = `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/pellucid`;
  if (port && (await answers(running))) return { url: running, close: async () => {} };
  const lock = takeLock(paths.lock, { port: 0 });
  if ('holder' in lock)
    throw new LaunchError(`The instance in ${paths.dataDir} is starting or stopping. Try again in a moment.`);
  try {
    const server = await startPostgres({ directory: paths.postgres, password, port });
    const close = () => server.stop().finally(lock.release);
    return { url: withProductDatabase(server.adminUrl), close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Whether the server runs. A stopped one refuses at once. A busy one gets time, or it would be stopped and restarted. */
async function answers(url) {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 60_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
