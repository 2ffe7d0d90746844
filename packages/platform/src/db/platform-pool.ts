import pg from 'pg';

/** The client of a transaction on the platform log-in. */
export type PlatformClient = pg.PoolClient;

/**
 * The second log-in, `pellucid_platform`: for the few reads and writes that cross tenants (log-in, relay, queue sweeps,
 * super admin). Its policies name each table it may see; business records are not among them.
 */
export class PlatformPool extends pg.Pool {
  constructor(config: pg.PoolConfig) {
    super(config);
    this.on('error', () => {});
  }

  /** Runs the function in one transaction on one client. */
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
