import pg from 'pg';
import { EnduringClient } from './enduring-client.js';

/** The client of a transaction under the platform log-in. */
export type PlatformClient = pg.PoolClient;

/**
 * The second log-in, `pellucid_platform`, for the few reads and writes that cross tenants (log-in, relay, queue sweeps,
 * super admin). Row policies list each table that it may see; business records are not among them.
 */
export class PlatformPool extends pg.Pool {
  constructor(config: pg.PoolConfig) {
    super({ ...config, Client: EnduringClient } as pg.PoolConfig);
    this.on('error', () => {});
  }

  /** Runs the function in one transaction on one client; commits when it returns and rolls back when it throws. */
  async transaction<T>(fn: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await fn(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((e) => {
        broken = e;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }
}
