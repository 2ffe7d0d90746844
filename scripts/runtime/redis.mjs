/** The project's own redis-server, for the queues. It may lose everything, because the jobs' rows are in Postgres. */
import { spawn } from 'node:child_process';
import { accessSync, closeSync, constants, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './ports.mjs';
import { processBegan, stopProcess } from './processes.mjs';

/** Ends only a start that hangs. A slow or busy machine passes. */
const START_TIMEOUT_MS = 60_000;

export const REDIS_STOP_STEPS = /** @type {Array<[NodeJS.Signals, number]>} */ ([
  ['SIGTERM', 10_000],
  ['SIGKILL', 2_000],
]);

/**
 * @typedef {object} RunningRedis
 * @property {string} url with password
 * @property {number} port
 * @property {number} pid
 * @property {Promise<number | null>} exited
 * @property {() => Promise<void>} stop
 */

/** @returns {string | null} the path of redis-server, when it is installed */
export function findRedisServer(env = process.env) {
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'redis-server');
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  return null;
}

/**
 * @param {{directory: string, password: string, port?: number, durable?: boolean}} options `port` is preferred, not
 * guaranteed; `durable` writes an append-only file (for queues that must survive)
 * @returns {Promise<RunningRedis>}
 */
export async function startRedis({ directory, password, port, durable = false }) {
  const binary = findRedisServer();
  if (!binary) throw new Error('redis-server is not on the PATH.');
  const folder = resolve(directory);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (let attempt = 1; ; attempt += 1) {
    const chosen = await freePort(port);
    const server = launch(binary, folder, password, chosen, durable);
    if (await waitUntilReady(server, password, chosen)) {
      const url = `redis://:${encodeURIComponent(password)}@127.0.0.1:${chosen}/0`;
      return { url, port: chosen, pid: server.pid, exited: server.exited, stop: server.stop };
    }
    if (attempt === 5) throw new Error(`redis-server did not start. See ${join(folder, 'redis.log')}`);
  }
}

function launch(binary, folder, password, port, durable) {
  // In a file, because the process list would show a password given as an argument.
  const config = join(folder, 'redis.conf');
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir "${folder}"`,
    'save ""',
    `appendonly ${durable ? 'yes' : 'no'}`,
    'appendfsync everysec',
    // BullMQ's keys must never be evicted.
    'maxmemory-policy noeviction',
    'daemonize no',
  ];
  writeFileSync(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  const log = openSync(join(folder, 'redis.log'), 'a');
  const child = spawn(binary, [config], { cwd: folder, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = new Promise((done) => {
    child.once('error', () => done(null));
    child.once('exit', (code) => done(code));
  });
  const began = child.pid ? processBegan(child.pid) : null;
  const stop = async () => {
    if (child.pid && began) await stopProcess({ pid: child.pid, began }, REDIS_STOP_STEPS);
    await exited;
  };
  return { pid: child.pid ?? 0, exited, stop };
}

async function waitUntilReady(server, password, port) {
  let hasExited = false;
  server.exited.then(() => (hasExited = true));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!hasExited && Date.now() < deadline) {
    if (await answersPing(password, port)) return true;
    await delay(10);
  }
  await server.stop();
  return false;
}

/** PING in Redis' own protocol, since two commands don't need a client library. */
function answersPing(password, port) {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let answer = '';
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('connect', () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.on('data', (chunk) => {
      answer += chunk;
      // While it loads its file it answers -LOADING; a server with another password answers -WRONGPASS.
      if (answer.split('\r\n').length > 2) socket.end();
    });
    socket.once('error', () => socket.destroy());
    socket.once('close', () => done(answer.includes('+OK') && answer.includes('+PONG')));
  });
}
