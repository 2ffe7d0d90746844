import { backoffMs } from '../jobs/job-error.js';
import { isStalePlan } from './tenant-pool.js';

/** Waits between attempts. At most a second altogether, in which a person notices no more than a slow answer. */
const REPEATS = { firstMs: 20, maxMs: 400 };

/** Waits a random while, which grows with the number of failures. */
const pauseAfter = (failures: number) =>
  new Promise<void>((done) => setTimeout(done, backoffMs(REPEATS, failures)));

/**
 * Repeats the transaction when the database ended it to resolve a deadlock (40P01) or a conflict (40001), or because a migration
 * has changed what a prepared statement returns. Before each repeat it waits a random while: transactions that met once would otherwise meet again.
 * @param attempts maximum number of attempts; the last one's error is thrown
 * @param pause waits after the given number of failures, without a client
 */
export async function repeatOnDeadlock<T>(
  transaction: () => Promise<T>,
  attempts = 5,
  pause: (failures: number) => Promise<void> = pauseAfter,
): Promise<T> {
  for (let attempt = 1; ; attempt++)
    try {
      return await transaction();
    } catch (error) {
      const { code } = error as { code?: string };
      const passes = code === '40P01' || code === '40001' || isStalePlan(error);
      if (!passes || attempt >= attempts) throw error;
      await pause(attempt);
    }
}
