import type pg from 'pg';
import { EnduringPool } from './enduring-pool.js';
import { assertMayTake, insidePlatformTransaction } from './held-client.js';

/** The client of a transaction under the platform log-in. */
export type PlatformClient = pg.PoolClient;

/**
 * The second log-in, `pellucid_platform`, for the few reads and writes that cross tenants (log-in, relay, queue sweeps,
 * super admin). Row policies list each table that it may see; business records are not among them.
 */
export class PlatformPool extends EnduringPool {
  /** Takes a client. @throws SecondClientError inside a transaction of this pool */
  override connect(callback?: unknown): Promise<any> {
    assertMayTake('platform');
    return (super.connect as any)(callback);
  }

  /**
   * Runs the function in one transaction on one client; commits when it returns and rolls back when it throws.
   * @throws SecondClientError inside another such transaction, whose client must be passed on instead
   */
  async transaction<T>(fn: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client: pg.PoolClient = await this.connect();
    const held = { isReleased: false };
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await insidePlatformTransaction(held, () => fn(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((e) => {
        broken = e;
      });
      throw error;
    } finally {
      held.isReleased = true;
      client.release(broken);
    }
  }
}
