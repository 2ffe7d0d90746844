import { AsyncLocalStorage } from 'node:async_hooks';
import type pg from 'pg';
import type { UnitOfWork } from './unit-of-work.js';

/** A client that the running code holds. */
interface Held {
  /** Whether the pool has its client back. Code that outlives the transaction no longer holds it. */
  isReleased: boolean;
}

/** The unit of work that the running code is inside of, and its client. */
export interface HeldUnit extends Held {
  unit: UnitOfWork;
  client: pg.PoolClient;
}

/**
 * Thrown when code that holds a client asks for one that it must not wait for. When every holder waits for another
 * client, nobody gets one.
 */
export class SecondClientError extends Error {
  override name = 'SecondClientError';
}

const storage = new AsyncLocalStorage<{ unit?: HeldUnit | undefined; platform?: Held }>();

/** Runs the function, and everything it awaits, inside the unit of work. */
export function insideUnit<T>(unit: HeldUnit, fn: () => T): T {
  return storage.run({ unit }, fn);
}

/** Runs the function, and everything it awaits, inside a transaction of the platform's log-in. */
export function insidePlatformTransaction<T>(platform: Held, fn: () => T): T {
  return storage.run({ unit: openUnit(), platform }, fn);
}

/** Returns the unit of work that the running code is inside of; undefined when there is none. */
export function openUnit(): HeldUnit | undefined {
  const unit = storage.getStore()?.unit;
  return unit && !unit.isReleased ? unit : undefined;
}

/**
 * Clients are taken in one order: the tenant's, then the platform's, one of each.
 * @throws SecondClientError for code that holds a later one, or this one
 */
export function assertMayTake(pool: 'tenant' | 'platform'): void {
  const platform = storage.getStore()?.platform;
  if (platform && !platform.isReleased)
    throw new SecondClientError('a transaction of the platform is open: use its client, or end it first');
  if (pool === 'tenant' && openUnit())
    throw new SecondClientError('a unit of work is open: pass it on instead of opening another');
}
