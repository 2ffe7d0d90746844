import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { averageTenant } from './average-tenant.js';

let database: TestDatabase;
let app: pg.Client;

const COMPANIES = 5;
const RECORDS = 2_000;

beforeAll(async () => {
  database = await testDatabase();
  app = new pg.Client({ connectionString: database.appUrl });
  await app.connect();
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  // Disables foreign keys: the ids need no records.
  await admin.query('set session_replication_role = replica');
  for (let company = 0; company < COMPANIES; company++)
    await admin.query(
      `insert into external_id (tenant_id, object, source, value, value_norm, record_id)
       select $1, 'account', 'default', 'A' || n, 'a' || n, gen_random_uuid() from generate_series(1, $2::int) n`,
      [randomUUID(), RECORDS],
    );
  await admin.query('analyze external_id');
  await admin.end();
});
afterAll(async () => {
  await app.end();
  await database.drop();
});

/** Returns how many external ids the planner counts on for a company that came after the statistics were made. */
async function planned(tenant: (placeholder: string) => string): Promise<number> {
  const newcomer = randomUUID();
  await app.query('begin');
  try {
    await app.query('select set_tenant($1::uuid)', [newcomer]);
    const { rows } = await app.query({
      text: `explain (format json) select record_id from external_id where tenant_id = ${tenant('$1')}`,
      values: [newcomer],
    });
    return rows[0]['QUERY PLAN'][0].Plan['Plan Rows'];
  } finally {
    await app.query('rollback');
  }
}

test('the planner counts on the rows of an average company for one that it does not know yet', async () => {
  expect(await planned(averageTenant)).toBe(RECORDS);
  // The reason for it: a constant looks like a company with next to nothing.
  expect(await planned((placeholder) => `${placeholder}::uuid`)).toBe(1);
});
