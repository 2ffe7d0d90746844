import { randomInt } from 'node:crypto';
import pg from 'pg';
import type { TestDatabase } from './test-database.js';
import { eventually } from './typescript-process.js';

/** A point at which writes to a table block. */
export interface HeldWrites {
  /** Waits until a process blocks at the point. */
  reached(): Promise<void>;
  /**
   * Lets later writes through. Kill the process first: its connection is then closed, so that nothing more of it
   * commits.
   */
  release(): Promise<void>;
}

/**
 * Blocks writers in the middle of a statement once they have written a number of rows to a table, for a test that kills
 * them there. On a machine of any speed, the work has started by then and is not finished.
 *
 * @param table name of the table; inserts and updates of its rows count
 * @param rows number of rows to let through
 */
export async function holdWrites(database: TestDatabase, table: string, rows: number): Promise<HeldWrites> {
  const key = randomInt(2 ** 31);
  const name = `held_${key}`;
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await admin.query(`select pg_advisory_lock(${key})`);
  await admin.query(`
    create sequence ${name};
    create function ${name}() returns trigger language plpgsql security definer set search_path = public as $$
      begin
        if nextval('${name}') > ${rows} then perform pg_advisory_xact_lock_shared(${key}); end if;
        return new;
      end $$;
    create trigger ${name} before insert or update on ${table} for each row execute function ${name}()`);
  const waiting = `from pg_locks where locktype = 'advisory' and objid = ${key} and not granted`;
  return {
    reached: async () => {
      await eventually(async () => (await admin.query(`select 1 ${waiting}`)).rowCount! > 0);
    },
    release: async () => {
      // A connection of the killed process that was on its way to the point arrives there meanwhile, and blocks the
      // removal of the trigger as it waits for the lock.
      await admin.query("set lock_timeout = '200ms'");
      await eventually(async () => {
        await admin.query(`select pg_terminate_backend(pid) ${waiting}`);
        try {
          await admin.query(`drop function ${name}() cascade; drop sequence ${name}`);
          return true;
        } catch (error) {
          if ((error as { code?: string }).code !== '55P03') throw error;
          return false;
        }
      });
      await admin.end();
    },
  };
}
