import { Inject, Injectable } from '@nestjs/common';
import { TenantPool } from './tenant-pool.js';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 2_000;

/** Waits for transactions that may still write by settings that have changed. */
@Injectable()
export class TransactionWatch {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /**
   * Returns when every transaction of the application that runs now has ended. Virtual ids count, as a transaction that has
   * only read so far has no other.
   * @param whileWaiting is called between looks; what it throws ends the wait
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
