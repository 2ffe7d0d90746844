import { Inject, Injectable } from '@nestjs/common';
import { TenantPool } from './tenant-pool.js';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 2_000;

/** Waits for transactions that may still use settings from before a change. */
@Injectable()
export class TransactionWatch {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /**
   * Waits until every transaction of the application that is running now has ended. Virtual ids are watched because a
   * transaction that has only read has no other id.
   * @param whileWaiting called between checks; if it throws, the wait ends with its error
   */
  async waitForRunning(whileWaiting: () => Promise<void>): Promise<void> {
    let running = await this.running();
    for (let pause = FIRST_PAUSE_MS; running.length; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await new Promise((done) => setTimeout(done, pause));
      await whileWaiting();
      const still = new Set(await this.running());
      running = running.filter((id) => still.has(id));
    }
  }

  private async running(): Promise<string[]> {
    const { rows } = await this.pool.query({
      text: `select l.virtualtransaction as id from pg_locks l join pg_stat_activity a on a.pid = l.pid
              where l.locktype = 'virtualxid' and l.pid <> pg_backend_pid()
                and a.usename = current_user and a.datname = current_database()`,
    });
    return rows.map((row) => row.id as string);
  }
}
