/**
 * Starts and stops one instance. Start: lock, leftovers, then build, Postgres and Redis in parallel, then migrations,
 * API and worker. Stop, in this order: API and worker, Redis, Postgres.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureBuilt } from './build.mjs';
import { runDemoSeed } from './demo-seed.mjs';
import { startDeveloperMode } from './developer-mode.mjs';
import { startPostgres } from './embedded-postgres.mjs';
import { applicationEnvironment, databaseUrls, withProductDatabase } from './environment.mjs';
import {
  instancePaths,
  instanceSecrets,
  lockInstance,
  prepareDataDirectory,
  rememberedPorts,
  rememberPorts,
  stopLeftovers,
} from './instance.mjs';
import { buildPartitionIndexes, deployMigrations, pendingMigrations } from './migrations.mjs';
import { onStopRequest } from './pinned-node.mjs';
import { freePort, isPortFree } from './ports.mjs';
import { removePidFile, writePidFile } from './processes.mjs';
import { endWith, writeAlsoTo, LaunchError, say, step } from './progress.mjs';
import { dataDirectory } from './project.mjs';
import { findRedisServer, startRedis } from './redis.mjs';
import { supervise } from './supervisor.mjs';

/** How long the API may take until /readyz answers 200. Ends only a start that hangs: a busy machine takes a minute. */
const READY_TIMEOUT_MS = 600_000;

/**
 * @param {{demo: boolean, dev: boolean}} options
 * @returns {Promise<void>} resolves when the product is ready; the process runs until it is stopped
 */
export async function launch({ demo, dev }) {
  const port = await choosePort();
  const paths = instancePaths(dataDirectory());
  prepareDataDirectory(paths);
  writeAlsoTo(paths.logFile('launcher'));
  const lock = await lockInstance(paths, port);
  const instance = {
    paths,
    port,
    dev,
    secrets: null,
    postgres: null,
    redis: null,
    applications: [],
    stopping: null,
  };

  /** Stops everything once, whoever asks first. */
  const stop = () => {
    instance.stopping ??= stopInstance(instance).finally(lock.release);
    return instance.stopping;
  };
  const giveUp = (error) => {
    if (!instance.stopping) stop().finally(() => endWith(error));
  };
  onStopRequest(() => {
    if (instance.stopping) return;
    say('\nStopping …');
    stop().then(() => {
      say('Pellucid has stopped.');
      process.exit(0);
    }, endWith);
  });

  try {
    await bringUp(instance, giveUp);
    const env = await environmentOf(instance);
    const web = dev ? await startDeveloperMode(instance, env) : null;
    const address = web?.address ?? `http://localhost:${port}`;
    if (demo)
      await step('Creating demo data', () =>
        runDemoSeed({ ...env, PELLUCID_URL: `http://127.0.0.1:${port}` }),
      );
    say(`Pellucid is ready: ${address}`);
  } catch (error) {
    // A stop request or a failed child is already ending this process and gives the reason.
    if (!instance.stopping) giveUp(error);
  }
}

async function choosePort() {
  const given = process.env['PORT'] || '3000';
  const port = Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new LaunchError(`PORT is "${given}", which isn't a port. Use a number from 1 to 65535.`);
  }
  return port === 0 ? freePort() : port;
}

async function bringUp(instance, giveUp) {
  const { paths, port } = instance;
  const left = await stopLeftovers(paths);
  if (left.length > 0) say(`  ! The last run didn't stop cleanly. Stopped what was left: ${left.join(', ')}`);
  await assertPortFree(port);
  instance.secrets = instanceSecrets(paths);
  process.umask(0o077); // files of the product are private: mails contain links, imports contain customers

  const building = ensureBuilt({ web: !instance.dev && process.env['PELLUCID_WEB'] !== 'off' });
  const servers = [startDatabase(instance, giveUp), startQueue(instance, giveUp)];
  instance.serversStarted = Promise.allSettled(servers);
  await settled([building, ...servers]);

  const env = await environmentOf(instance);
  for (const name of ['api', 'worker']) {
    const application = supervise({
      name,
      script: join('apps', name, 'dist/main.js'),
      pidFile: paths.pidFile(name),
      logFile: paths.logFile(name),
      echo: instance.dev,
      onGiveUp: giveUp,
    });
    if (instance.stopping) return;
    application.start(env);
    instance.applications.push(application);
  }
  await step('Starting API and worker', () => untilReady(instance));
  for (const application of instance.applications) application.settle();
}

/** Waits for all promises even if one fails, so that everything started is known before it is stopped. */
async function settled(promises) {
  const failed = (await Promise.allSettled(promises)).find((promise) => promise.status === 'rejected');
  if (failed) throw failed.reason;
}

async function assertPortFree(port) {
  if (await isPortFree(port, process.env['HOST'] || undefined)) return;
  throw new LaunchError(
    `Port ${port} is in use by another program. Choose another: PORT=${port + 1} npm start`,
  );
}

/** Starts Postgres and creates roles, database and tables. */
async function startDatabase(instance, giveUp) {
  const isExternal = Boolean(process.env['DATABASE_URL'] || process.env['DATABASE_URL_OWNER']);
  instance.adminUrl = process.env['DATABASE_URL'] || null;
  if (!isExternal) await step('Starting Postgres', () => startEmbeddedPostgres(instance, giveUp));
  instance.urls = await databaseUrls({ adminUrl: instance.adminUrl, secrets: instance.secrets }).catch(
    (error) => {
      if (!isExternal || error instanceof LaunchError) throw error;
      throw new LaunchError(`Can't use the database in DATABASE_URL: ${error.message || error.code}`);
    },
  );
  const pending = await pendingMigrations(instance.urls.ownerUrl);
  if (pending.length > 0) {
    const title = pending.length === 1 ? 'Applying 1 migration' : `Applying ${pending.length} migrations`;
    await step(title, () => deployMigrations(instance.urls.ownerUrl));
  } else await buildPartitionIndexes(instance.urls.ownerUrl); // if an earlier start was interrupted
}

async function startEmbeddedPostgres(instance, giveUp) {
  const { paths, secrets } = instance;
  const port = rememberedPorts(paths).postgres;
  const server = await startPostgres({ directory: paths.postgres, password: secrets.postgresPassword, port });
  instance.postgres = server;
  instance.adminUrl = withProductDatabase(server.adminUrl);
  rememberPorts(paths, { postgres: server.port });
  server.exited.then(() => revive(instance, giveUp, 'Postgres', server.port, startEmbeddedPostgres));
}

/** Starts Redis for the queues: the given one, our own, or none (the queues then use Postgres). */
async function startQueue(instance, giveUp) {
  instance.redisUrl = process.env['REDIS_URL'] || null;
  if (instance.redisUrl || process.env['PELLUCID_QUEUE'] === 'postgres') return;
  if (!findRedisServer()) {
    say(
      '  · No redis-server on the PATH. Using Postgres for queues and memory for rate limits (use Redis in production)',
    );
    return;
  }
  await step('Starting Redis', () => startOwnRedis(instance, giveUp));
}

async function startOwnRedis(instance, giveUp) {
  const { paths, secrets } = instance;
  const port = rememberedPorts(paths).redis;
  const server = await startRedis({
    directory: paths.redis,
    password: secrets.redisPassword,
    port,
    durable: true,
  });
  instance.redis = server;
  instance.redisUrl = server.url;
  writePidFile(paths.pidFile('redis'), server.pid);
  rememberPorts(paths, { redis: server.port });
  server.exited.then(() => revive(instance, giveUp, 'Redis', server.port, startOwnRedis));
}

/** Restarts a server that died. If it gets another port, restarts the applications with it. */
async function revive(instance, giveUp, title, port, start) {
  if (instance.stopping) return;
  say(`  ! ${title} stopped. Restarting it`);
  try {
    await start(instance, giveUp);
    if (instance.stopping) return stopServers(instance);
    const now = title === 'Redis' ? instance.redis.port : instance.postgres.port;
    if (now === port) return;
    if (title === 'Postgres') {
      instance.urls = await databaseUrls({ adminUrl: instance.adminUrl, secrets: instance.secrets });
    }
    const env = await environmentOf(instance);
    await Promise.all(instance.applications.map((application) => application.restart(env)));
  } catch (error) {
    giveUp(new LaunchError(`${title} could not be restarted: ${error.message}`));
  }
}

async function environmentOf(instance) {
  const { paths, port, urls, redisUrl, secrets } = instance;
  return applicationEnvironment({ dataDir: paths.dataDir, port, urls, redisUrl, secrets });
}

async function untilReady(instance) {
  const host = process.env['HOST'];
  const url = `http://${!host || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${instance.port}/readyz`;
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let last = 'no answer';
  while (!instance.stopping) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      if (response.status === 200) return;
      last = `${response.status} ${(await response.text()).slice(0, 500)}`;
    } catch {
      // not listening yet
    }
    if (Date.now() > deadline) {
      throw new LaunchError(`The API was not ready in time (${last}). See ${instance.paths.logFile('api')}`);
    }
    await delay(25);
  }
  throw new LaunchError('Stopped before startup was complete.');
}

async function stopInstance(instance) {
  await instance.serversStarted; // a server that is still starting could not be found and stopped
  await instance.developerMode?.stop();
  await Promise.all(instance.applications.map((application) => application.stop()));
  await stopServers(instance);
}

async function stopServers(instance) {
  if (instance.redis) await instance.redis.stop();
  removePidFile(instance.paths.pidFile('redis'));
  if (instance.postgres) await instance.postgres.stop();
}
