import { randomInt } from 'node:crypto';
import pg from 'pg';
import type { TestDatabase } from './test-database.js';
import { eventually } from './typescript-process.js';

/** A point at which writes of a table stop. */
export interface HeldWrites {
  /** Waits until a process stands at the point. */
  reached(): Promise<void>;
  /** Lets later writes through. Kill the process first: its connection is cut, so that nothing of it is committed any more. */
  release(): Promise<void>;
}

/**
 * Stops whoever writes more than some rows of a table from now on, in the middle of a statement, for a test that kills it
 * there. However fast the machine is, the work has begun by then and is not through.
 *
 * @param table name of the table; inserts and updates of its rows count
 * @param rows how many rows go through before
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
      await admin.query(`select pg_terminate_backend(pid) ${waiting}`);
      await eventually(async () => (await admin.query(`select 1 ${waiting}`)).rowCount === 0);
      await admin.query(`drop function ${name}() cascade; drop sequence ${name}`);
      await admin.end();
    },
  };
}
