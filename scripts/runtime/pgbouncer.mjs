/** Starts a PgBouncer in transaction mode in front of a Postgres, for tests of a production setup. */
import { spawn } from 'node:child_process';
import { chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, isPortAnswering } from './ports.mjs';
import { processBegan, stopProcess } from './processes.mjs';
import { asAccount, unprivilegedAccount } from './unprivileged-account.mjs';

/** Ends only a start that hangs. A slow or busy machine passes. */
const START_TIMEOUT_MS = 60_000;

/**
 * @param {{directory: string, urls: string[], poolSize?: number}} options `urls` of the database users allowed through,
 * all on one server; `poolSize`: server connections per user
 * @returns {Promise<{urls: string[], port: number, pid: number, stop: () => Promise<void>}>} the same URLs, through the
 * bouncer
 */
export async function startPgBouncer({ directory, urls, poolSize = 5 }) {
  const port = await freePort();
  const account = unprivilegedAccount();
  mkdirSync(directory, { recursive: true });
  const config = join(directory, 'pgbouncer.ini');
  const users = join(directory, 'users.txt');
  const log = join(directory, 'pgbouncer.log');
  const target = new URL(urls[0]);
  const credentials = new Map(urls.map((url) => [new URL(url).username, new URL(url).password]));
  const quoted = (text) => `"${decodeURIComponent(text).replaceAll('"', '""')}"`;
  writeFileSync(users, [...credentials].map(([user, pass]) => `${quoted(user)} ${quoted(pass)}\n`).join(''));
  writeFileSync(
    config,
    [
      '[databases]',
      `* = host=${target.hostname} port=${target.port}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = plain',
      `auth_file = ${users}`,
      'pool_mode = transaction',
      `default_pool_size = ${poolSize}`,
      'max_client_conn = 500',
      `logfile = ${log}`,
      '',
    ].join('\n'),
  );
  if (account) for (const path of [directory, config, users]) chownSync(path, account.uid, account.gid);
  const run = account
    ? asAccount(account, 'pgbouncer', [config], { passFolders: false })
    : { command: 'pgbouncer', args: [config] };
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin`;
  const child = spawn(run.command, run.args, {
    cwd: '/',
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, PATH: path },
  });
  let hasExited = false;
  const exited = new Promise((done) => {
    child.once('error', () => done(null));
    child.once('exit', (code) => done(code));
  }).then(() => (hasExited = true));
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await isPortAnswering(port))) {
    if (hasExited || Date.now() > deadline) throw new Error(`pgbouncer did not start: ${readLog(log)}`);
    await delay(20);
  }
  const began = processBegan(child.pid ?? 0);
  const stop = async () => {
    // SIGINT waits for clients; SIGTERM stops at once.
    if (child.pid && began)
      await stopProcess({ pid: child.pid, began }, [
        ['SIGTERM', 5_000],
        ['SIGKILL', 1_000],
      ]);
    await exited;
  };
  const through = urls.map((url) => {
    const next = new URL(url);
    next.port = String(port);
    return next.href;
  });
  return { urls: through, port, pid: child.pid ?? 0, stop };
}

function readLog(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return 'is the package pgbouncer installed?';
  }
}
