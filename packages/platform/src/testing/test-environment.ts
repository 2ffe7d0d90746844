import { randomBytes } from 'node:crypto';
import type { TestDatabase } from './test-database.js';

/** Processes on one database form one installation, so they share its master key, however else they differ. */
const masterKeys = new WeakMap<TestDatabase, string>();

function masterKeyOf(database: TestDatabase): string {
  const key = masterKeys.get(database) ?? randomBytes(32).toString('base64');
  masterKeys.set(database, key);
  return key;
}

/**
 * Returns the environment that the launcher would give an API or worker, for a test database.
 * @param redisUrl without it, the queues use Postgres
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
