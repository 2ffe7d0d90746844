import pg from 'pg';

/**
 * A client for pools, whose process outlives its connection. When the server ends the connection, the statements on it
 * fail, and pg also reports the loss as an event. A pool listens to it only while nobody has taken the client out: in the
 * middle of a transaction, the event would end the process with all its other requests.
 */
export class EnduringClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => {});
  }
}
