export * from './database.module.js';
export * from './delayed-writes.js';
export * from './platform-pool.js';
export * from './prisma.service.js';
export * from './privilege-check.js';
export * from './tenant-pool.js';
export * from './unit-of-work.js';
export { sql } from 'kysely';
export type { OperatorClient } from './operator-client.js';
