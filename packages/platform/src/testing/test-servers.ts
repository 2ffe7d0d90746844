import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { Redis } from 'ioredis';
import { pgBouncerScripts, redisScripts, type RunningPgBouncer, throwawayScripts } from '../runtime/index.js';

/** A Redis for one test file: it can be flushed, killed and restarted without affecting others. */
export interface TestRedis {
  url: string;
  pid: number;
  /** `kill -9`: all its data is lost, as nothing is written to disk. */
  kill(): Promise<void>;
  /** Restarts it, empty, at the same URL. */
  restart(): Promise<void>;
  /** FLUSHALL: it keeps running without its data. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a redis-server without persistence on a free port (some 30 ms). */
export async function testRedis(): Promise<TestRedis> {
  const { startRedis } = await redisScripts();
  const { makeThrowawayDirectory, noteServer } = await throwawayScripts();
  const directory = await makeThrowawayDirectory('redis');
  const password = randomBytes(12).toString('hex');
  let server = await startRedis({ directory, password });
  noteServer(directory, server.pid);
  const { url, port } = server;
  return {
    url,
    get pid() {
      return server.pid;
    },
    async kill() {
      process.kill(server.pid, 'SIGKILL');
      await server.exited;
    },
    async restart() {
      await server.stop();
      server = await startRedis({ directory, password, port });
      noteServer(directory, server.pid);
      if (server.port !== port) throw new Error(`port ${port} was taken in between`);
    },
    async flush() {
      const client = new Redis(url);
      await client.flushall();
      client.disconnect();
    },
    async stop() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * Starts a PgBouncer in transaction mode in front of the test server.
 * @param urls the log-ins that go through it, e.g. `[database.appUrl, database.platformUrl]`
 * @param options `poolSize`: server connections per log-in; a small pool makes clients share
 */
export async function pgBouncer(
  urls: string[],
  options: { poolSize?: number } = {},
): Promise<RunningPgBouncer> {
  const { startPgBouncer } = await pgBouncerScripts();
  const { makeThrowawayDirectory, noteServer } = await throwawayScripts();
  const directory = await makeThrowawayDirectory('pgbouncer');
  const server = await startPgBouncer({ directory, urls, ...options });
  noteServer(directory, server.pid);
  return {
    ...server,
    async stop() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
