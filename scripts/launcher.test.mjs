/**
 * The launcher as a user runs it: real processes, real servers, real signals. Each test uses its own data folder and
 * port. The web app is left out, because the launcher doesn't depend on its build.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import { plainEnv } from './fixtures/commands.mjs';
import { freePort } from './runtime/ports.mjs';
import { processBegan } from './runtime/processes.mjs';
import { projectRoot } from './runtime/project.mjs';

/** Ends only a test that hangs. A slow or busy machine passes. */
const PATIENCE_MS = 300_000;
const START_LIMIT_MS = 3 * PATIENCE_MS;
const STOP_LIMIT_MS = PATIENCE_MS;

const launched = new Set();
const folders = [];
after(async () => {
  for (const run of launched) run.child.kill('SIGTERM');
  await Promise.all([...launched].map((run) => run.exited));
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The data folder and port of a new instance. */
async function newInstance() {
  const dataDir = mkdtempSync(join(tmpdir(), 'pellucid-launch-'));
  folders.push(dataDir);
  return { dataDir, port: await freePort() };
}

/** Runs the launcher. `ready` resolves with the milliseconds it took, or rejects with the output. */
function start({ dataDir, port }, env = {}, args = []) {
  const since = performance.now();
  const child = spawn(process.execPath, ['scripts/start.mjs', ...args], {
    cwd: projectRoot,
    env: { ...plainEnv(), PELLUCID_WEB: 'off', PORT: String(port), PELLUCID_DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const run = { child, output: '', exited: new Promise((done) => child.once('close', (code) => done(code))) };
  launched.add(run);
  run.exited.then(() => launched.delete(run));
  run.ready = new Promise((resolve, reject) => {
    const read = (chunk) => {
      run.output += chunk;
      if (run.output.includes(`Pellucid is ready: http://localhost:${port}`))
        resolve(performance.now() - since);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    run.exited.then((code) => reject(new Error(`ended with code ${code}:\n${run.output}`)));
  });
  run.ready.catch(() => {}); // tests that wait for the exit don't wait for this
  return run;
}

/** Pids from the pid files of an instance. */
function pidsOf({ dataDir }) {
  const fromFile = (file) => JSON.parse(readFileSync(join(dataDir, file), 'utf8')).pid;
  return {
    launcher: fromFile('launcher.json'),
    api: fromFile('run/api.json'),
    worker: fromFile('run/worker.json'),
    redis: fromFile('run/redis.json'),
    postgres: Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]),
  };
}

async function readyz({ port }) {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(PATIENCE_MS) }))
      .status;
  } catch {
    return 0;
  }
}

/** Polls until `condition` holds. */
async function until(condition, what) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, `${what} did not happen within ${PATIENCE_MS} ms`);
    await new Promise((next) => setTimeout(next, 50));
  }
}

/** Waits until all processes run and returns their pids. A restarting process has no pid file for a moment. */
async function runningPids(instance) {
  let pids = {};
  await until(() => {
    try {
      pids = pidsOf(instance);
    } catch {
      return false;
    }
    return Object.values(pids).every((pid) => processBegan(pid) !== null);
  }, 'that all processes run');
  return pids;
}

async function stop(run) {
  run.child.kill('SIGINT');
  return run.exited;
}

test('starts, prints its address, starts again, survives a closed output, and leaves nothing behind', {
  timeout: START_LIMIT_MS,
}, async () => {
  const instance = await newInstance();
  const first = start(instance);
  await first.ready;
  assert.equal(await readyz(instance), 200);
  assert.equal(
    first.output.trimEnd().split('\n').at(-1),
    `Pellucid is ready: http://localhost:${instance.port}`,
  );

  const pids = pidsOf(instance);
  assert.equal(await stop(first), 0, first.output);
  for (const [name, pid] of Object.entries(pids)) assert.equal(processBegan(pid), null, `${name} still runs`);

  const second = start(instance);
  await second.ready;

  // Nobody reads the output any more, as after `npm start | head` or when the terminal is closed. It keeps running and
  // writing.
  second.child.stdout.destroy();
  second.child.stderr.destroy();
  const killed = (await runningPids(instance)).api;
  process.kill(killed, 'SIGKILL');
  await until(() => revivedSince(instance, 'api', killed), 'the API coming back');
  await until(async () => (await readyz(instance)) === 200, 'the API being ready');
  assert.match(readFileSync(join(instance.dataDir, 'logs/launcher.log'), 'utf8'), /Restarting it/);
  const left = await runningPids(instance);
  second.child.kill('SIGHUP');
  assert.equal(await second.exited, 0);
  for (const [name, pid] of Object.entries(left)) assert.equal(processBegan(pid), null, `${name} still runs`);
});

test('keeps its data and recovers, whichever process is killed with SIGKILL', {
  timeout: START_LIMIT_MS,
}, async () => {
  const instance = await newInstance();
  const email = 'ada@example.com';
  const password = 'correct horse battery staple 42';
  const post = (path, body) =>
    fetch(`http://127.0.0.1:${instance.port}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  let run = start(instance);
  await run.ready;
  const company = {
    companyName: 'Analytical Engines',
    subdomain: 'engines',
    name: 'Ada Lovelace',
    email,
    password,
  };
  assert.equal((await post('/auth/register', company)).status, 201);

  // Kills each one under a running launcher, which restarts it.
  for (const name of ['api', 'worker', 'redis', 'postgres']) {
    const killed = (await runningPids(instance))[name];
    process.kill(killed, 'SIGKILL');
    await until(() => revivedSince(instance, name, killed), `the ${name} coming back`);
    await until(async () => (await readyz(instance)) === 200, `the API being ready after ${name} was killed`);
  }

  // With the launcher killed, its children stay. The next start must find and replace them.
  const orphans = await runningPids(instance);
  process.kill(orphans.launcher, 'SIGKILL');
  await run.exited;
  run = start(instance);
  await run.ready;
  const replaced = await runningPids(instance);
  for (const [name, pid] of Object.entries(orphans)) assert.notEqual(replaced[name], pid, name);

  // All at once, as in a power failure.
  for (const pid of Object.values(await runningPids(instance))) process.kill(pid, 'SIGKILL');
  await run.exited;
  run = start(instance);
  await run.ready;
  assert.equal((await post('/auth/login', { email, password })).status, 200);
  assert.equal(await stop(run), 0);
});

function revivedSince(instance, name, killed) {
  try {
    const pid = pidsOf(instance)[name];
    return pid !== killed && processBegan(pid) !== null;
  } catch {
    return false; // its pid file doesn't exist yet
  }
}

test('runs side by side with another instance, and stopping one leaves the other alone', {
  timeout: START_LIMIT_MS,
}, async () => {
  const [one, two] = [await newInstance(), await newInstance()];
  const runs = [start(one), start(two)];
  await Promise.all(runs.map((run) => run.ready));
  const ownPids = new Set([...Object.values(pidsOf(one)), ...Object.values(pidsOf(two))]);
  assert.equal(ownPids.size, 10);
  assert.equal(await stop(runs[0]), 0);
  assert.equal(await readyz(two), 200);

  // A second start on the same folder is refused; the first goes on.
  const again = start({ ...two, port: await freePort() });
  assert.equal(await again.exited, 1);
  assert.match(again.output, /already running on/);
  assert.equal(await readyz(two), 200);
  assert.equal(await stop(runs[1]), 0);
});

test('runs without Redis, with its queues in Postgres', { timeout: START_LIMIT_MS }, async () => {
  const instance = await newInstance();
  const run = start(instance, { PELLUCID_QUEUE: 'postgres' });
  await run.ready;
  assert.equal(await readyz(instance), 200);
  assert.throws(() => pidsOf(instance), /redis\.json/);
  assert.equal(await stop(run), 0);
});

test('refuses a weak JWT_SECRET, says why and leaves nothing running', {
  timeout: START_LIMIT_MS,
}, async () => {
  const instance = await newInstance();
  const run = start(instance, { JWT_SECRET: 'secret' });
  assert.notEqual(await run.exited, 0);
  assert.match(run.output, /JWT_SECRET/);
  assert.throws(() => pidsOf(instance), 'no pid file is left');
});

test('refuses a database that ran another version of a migration, says which and leaves nothing running', {
  timeout: START_LIMIT_MS,
}, async () => {
  const instance = await newInstance();
  const first = start(instance);
  await first.ready;
  const read = (file) => JSON.parse(readFileSync(join(instance.dataDir, file), 'utf8'));
  const client = new pg.Client({
    host: '127.0.0.1',
    port: read('ports.json').postgres,
    user: 'postgres',
    password: read('secrets.json').postgresPassword,
    database: 'pellucid',
  });
  await client.connect();
  const { rows } = await client.query(
    `UPDATE _prisma_migrations SET checksum = repeat('0', 64) WHERE migration_name LIKE '%_accounts' RETURNING migration_name AS name`,
  );
  await client.end();
  assert.equal(await stop(first), 0);
  const second = start(instance);
  assert.equal(await second.exited, 1);
  assert.match(second.output, new RegExp(`changed after this database ran it: ${rows[0].name}`));
  assert.doesNotMatch(second.output, /Starting API/);
  assert.throws(() => pidsOf(instance), 'no pid file is left');
});

test('says so when the port is taken, invalid or given as an option', {
  timeout: STOP_LIMIT_MS,
}, async () => {
  const instance = await newInstance();
  const other = createServer().listen(instance.port);
  await once(other, 'listening');
  try {
    const run = start(instance);
    assert.equal(await run.exited, 1);
    assert.match(run.output, new RegExp(`Port ${instance.port} is in use`));
  } finally {
    other.close();
  }
  const run = start({ ...instance, port: 'eighty' });
  assert.equal(await run.exited, 1);
  assert.match(run.output, /PORT is "eighty"/);

  // Not ignored: it would start on another port than the one asked for.
  for (const args of [['--port', '4000'], ['--port=4000'], ['4000'], ['--demo', '--prot']]) {
    const refused = start(instance, {}, args);
    assert.equal(await refused.exited, 1);
    assert.match(refused.output, /isn't an option of npm start/);
    assert.match(refused.output, /PORT=4000 npm start/);
    assert.throws(() => pidsOf(instance), 'nothing was started');
  }
});

test('stops cleanly when it is interrupted while starting', { timeout: START_LIMIT_MS }, async () => {
  const instance = await newInstance();
  const run = start(instance);
  await until(() => run.output.includes('Starting Postgres'), 'the start of Postgres');
  assert.equal(await stop(run), 0, run.output);
  assert.throws(() => pidsOf(instance), 'no pid file is left');
  const next = start(instance);
  await next.ready;
  assert.equal(await stop(next), 0);
});
