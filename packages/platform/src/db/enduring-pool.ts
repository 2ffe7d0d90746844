import pg from 'pg';
import { EnduringClient } from './enduring-client.js';

/**
 * A pool whose process outlives its connections. pg reports the loss of a connection that nobody uses as an event of the
 * pool, which would end the process. This also concerns a pool that was ended: `end()` says good-bye and does not wait
 * until the server has closed the connections, so the server may still end one of them, e.g. because the database is
 * dropped.
 */
export class EnduringPool extends pg.Pool {
  constructor(config: pg.PoolConfig) {
    super({ ...config, Client: EnduringClient } as pg.PoolConfig);
    this.on('error', () => {});
  }
}
