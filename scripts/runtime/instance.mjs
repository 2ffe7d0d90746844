/**
 * One instance of the product is one data folder. Besides the data it holds:
 *
 *   launcher.json   the lock: one launcher per folder
 *   secrets.json    generated secrets (mode 0600)
 *   ports.json      the last ports of Postgres and Redis
 *   run/*.json      pid files of the children
 *   logs/*.log      output of the children
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from './locks.mjs';
import { starterOfThisProcess } from './pinned-node.mjs';
import { livingProcess, processBegan, removePidFile, stopProcess } from './processes.mjs';
import { LaunchError } from './progress.mjs';
import { REDIS_STOP_STEPS } from './redis.mjs';

/** A launcher that is asked to exit stops its children first. */
const MAKE_WAY_STEPS = /** @type {Array<[NodeJS.Signals, number]>} */ ([
  ['SIGTERM', 30_000],
  ['SIGKILL', 2_000],
]);

/** API and worker left behind by a killed launcher. */
const APPLICATION_STOP_STEPS = /** @type {Array<[NodeJS.Signals, number]>} */ ([
  ['SIGTERM', 3_000],
  ['SIGKILL', 2_000],
]);

/** @param {string} dataDir absolute */
export function instancePaths(dataDir) {
  return {
    dataDir,
    postgres: join(dataDir, 'postgres'),
    redis: join(dataDir, 'redis'),
    lock: join(dataDir, 'launcher.json'),
    secrets: join(dataDir, 'secrets.json'),
    ports: join(dataDir, 'ports.json'),
    pidFile: (name) => join(dataDir, 'run', `${name}.json`),
    logFile: (name) => join(dataDir, 'logs', `${name}.log`),
  };
}

/** Creates the folders. Others may enter them (Postgres may run as another account) but not list them. */
export function prepareDataDirectory(paths) {
  if (!existsSync(paths.dataDir)) {
    mkdirSync(paths.dataDir, { recursive: true });
    chmodSync(paths.dataDir, 0o711);
  }
  for (const name of ['run', 'logs']) mkdirSync(join(paths.dataDir, name), { recursive: true, mode: 0o700 });
}

/**
 * Locks the data folder for this launcher. Stops an earlier launcher whose starter (npm, say) was killed: nobody can
 * stop it with Ctrl-C any more.
 * @param {ReturnType<typeof instancePaths>} paths
 * @param {number} port
 * @returns {Promise<{release: () => void}>}
 */
export async function lockInstance(paths, port) {
  for (;;) {
    const lock = takeLock(paths.lock, { port, starter: starterOfThisProcess() });
    if ('release' in lock) return lock;
    const { holder } = lock;
    const isOrphan = holder.starter && processBegan(holder.starter.pid) !== holder.starter.began;
    if (!isOrphan || !(await stopProcess(holder, MAKE_WAY_STEPS))) {
      throw new LaunchError(
        `Pellucid is already running on ${paths.dataDir} (process ${holder.pid}, http://localhost:${holder.port}).\n` +
          'Stop it first, or start another instance with a different PORT and PELLUCID_DATA_DIR.',
      );
    }
  }
}

/**
 * Stops what a killed launcher left behind in this folder: exactly the processes named by its pid files. (Starting
 * Postgres finds a leftover server by its lock file.)
 * @returns {Promise<string[]>} the names of the stopped processes
 */
export async function stopLeftovers(paths) {
  const steps = { api: APPLICATION_STOP_STEPS, worker: APPLICATION_STOP_STEPS, redis: REDIS_STOP_STEPS };
  const stopped = await Promise.all(
    Object.entries(steps).map(async ([name, signals]) => {
      const file = paths.pidFile(name);
      const left = livingProcess(file);
      if (left && !(await stopProcess(left, signals))) {
        throw new LaunchError(`A leftover ${name} process (${left.pid}) can't be stopped.`);
      }
      removePidFile(file);
      return left ? name : null;
    }),
  );
  return stopped.filter((name) => name !== null);
}

/**
 * @typedef {{jwtSecret: string, masterKey: string, previousMasterKeys?: string[], cursorKey: string, fieldKeys: string, postgresPassword: string,
 *   redisPassword: string, roleSecret: string}} InstanceSecrets
 */

/**
 * The secrets of this instance, generated on the first start.
 * @returns {InstanceSecrets}
 */
export function instanceSecrets(paths) {
  if (existsSync(paths.secrets)) return withFieldKeys(paths, JSON.parse(readFileSync(paths.secrets, 'utf8')));
  if (existsSync(join(paths.postgres, 'PG_VERSION'))) {
    throw new LaunchError(
      `${paths.secrets} is missing, but ${paths.postgres} contains data that only its keys can open. Put the file back.`,
    );
  }
  const secrets = {
    jwtSecret: randomBytes(48).toString('base64'),
    masterKey: randomBytes(32).toString('base64'),
    cursorKey: randomBytes(32).toString('base64'),
    fieldKeys: newFieldKey(),
    postgresPassword: randomBytes(24).toString('hex'),
    redisPassword: randomBytes(24).toString('hex'),
    roleSecret: randomBytes(32).toString('hex'),
  };
  writeWhole(paths.secrets, secrets, 0o600);
  return secrets;
}

/** The first key for encrypted fields. A rotation adds its successor before it. */
const newFieldKey = () => `k1:${randomBytes(32).toString('base64')}`;

/** Gives an instance from before encrypted fields its first key. Nothing was encrypted without one. */
function withFieldKeys(paths, secrets) {
  if (secrets.fieldKeys) return secrets;
  const completed = { ...secrets, fieldKeys: newFieldKey() };
  writeWhole(paths.secrets, completed, 0o600);
  return completed;
}

/** Saves other field keys in the data folder. */
export function rememberFieldKeys(paths, fieldKeys) {
  writeWhole(paths.secrets, { ...instanceSecrets(paths), fieldKeys }, 0o600);
}

/** Saves another master key and the earlier ones in the data folder. */
export function rememberMasterKeys(paths, { masterKey, previousMasterKeys }) {
  writeWhole(paths.secrets, { ...instanceSecrets(paths), masterKey, previousMasterKeys }, 0o600);
}

/** @returns {{postgres?: number, redis?: number}} the ports of the last start */
export function rememberedPorts(paths) {
  try {
    return JSON.parse(readFileSync(paths.ports, 'utf8'));
  } catch {
    return {};
  }
}

/** Saves ports for the next start; others stay as they are. */
export function rememberPorts(paths, ports) {
  writeWhole(paths.ports, { ...rememberedPorts(paths), ...ports }, 0o600);
}

/** Writes a temporary file and renames it, so that the file is never incomplete. */
function writeWhole(file, content, mode) {
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(content, null, 2)}\n`, { mode });
  renameSync(partial, file);
}
