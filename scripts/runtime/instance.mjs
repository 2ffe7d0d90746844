/**
 * One instance of the product is one data folder. It holds, beside the data:
 *   launcher.json   the lock: one launcher per folder
 *   secrets.json    generated secrets (mode 0600)
 *   ports.json      the ports Postgres and Redis had last
 *   run/*.json      pid files of the children
 *   logs/*.log      what the children write
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { takeLock } from './locks.mjs';
import { starterOfThisProcess } from './pinned-node.mjs';
import { livingProcess, processBegan, removePidFile, stopProcess } from './processes.mjs';
import { LaunchError } from './progress.mjs';
import { REDIS_STOP_STEPS } from './redis.mjs';

/** A launcher that is asked to make way stops its children first. */
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

/** Makes the folders. Others may pass through (Postgres may run as another account), but not look around. */
export function prepareDataDirectory(paths) {
  if (!existsSync(paths.dataDir)) {
    mkdirSync(paths.dataDir, { recursive: true });
    chmodSync(paths.dataDir, 0o711);
  }
  for (const name of ['run', 'logs']) mkdirSync(join(paths.dataDir, name), { recursive: true, mode: 0o700 });
}

/**
 * Takes the data folder for this launcher. A launcher whose own starter (npm, say) was killed is asked to make way:
 * nobody can stop that one with Ctrl-C any more.
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
 * Ends what a killed launcher left behind in this folder: exactly the processes its pid files name. (Postgres' own
 * leftover is found by its lock file when it is started.)
 * @returns {Promise<string[]>} the names of those stopped
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
 * The secrets of this instance, made on the first start.
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

/** The first key of the ring for encrypted fields; a rotation puts its successor in front of it. */
const newFieldKey = () => `k1:${randomBytes(32).toString('base64')}`;

/** An instance made before fields could be encrypted gets its first key now: nothing was sealed without one. */
function withFieldKeys(paths, secrets) {
  if (secrets.fieldKeys) return secrets;
  const completed = { ...secrets, fieldKeys: newFieldKey() };
  writeWhole(paths.secrets, completed, 0o600);
  return completed;
}

/** Keeps other keys of encrypted fields from now on. */
export function rememberFieldKeys(paths, fieldKeys) {
  writeWhole(paths.secrets, { ...instanceSecrets(paths), fieldKeys }, 0o600);
}

/** Keeps another master key, and earlier ones, from now on. */
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

export function rememberPorts(paths, ports) {
  writeWhole(paths.ports, { ...rememberedPorts(paths), ...ports }, 0o600);
}

/** Never half a file: written beside and renamed. */
function writeWhole(file, content, mode) {
  const partial = `${file}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(content, null, 2)}\n`, { mode });
  renameSync(partial, file);
}
