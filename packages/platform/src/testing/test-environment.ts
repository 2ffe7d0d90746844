import { randomBytes } from 'node:crypto';
import type { TestDatabase } from './test-database.js';

/** Processes on one database are one installation: they have its master key, whatever else sets them apart. */
const masterKeys = new WeakMap<TestDatabase, string>();

function masterKeyOf(database: TestDatabase): string {
  const key = masterKeys.get(database) ?? randomBytes(32).toString('base64');
  masterKeys.set(database, key);
  return key;
}

/**
 * The environment an API or worker needs, as the launcher would give it, on a test database.
 * @param redisUrl without one the queues live in Postgres
 */
export function testEnvironment(database: TestDatabase, redisUrl?: string): Record<string, string> {
  return {
    NODE_ENV: 'test',
    PORT: '0',
    HOST: '127.0.0.1',
    PELLUCID_DATA_DIR: database.folder('data'),
    PELLUCID_LOG_LEVEL: 'warn',
    DATABASE_URL_APP: database.appUrl,
    DATABASE_URL_PLATFORM: database.platformUrl,
    DATABASE_URL_QUEUE: database.queueUrl,
    JWT_SECRET: randomBytes(48).toString('base64'),
    PELLUCID_MASTER_KEY: masterKeyOf(database),
    PELLUCID_CURSOR_KEY: randomBytes(32).toString('base64'),
    PELLUCID_FIELD_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    ...(redisUrl ? { REDIS_URL: redisUrl } : {}),
  };
}
