import { randomUUID } from 'node:crypto';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

let database: TestDatabase;
let admin: pg.Client;
let app: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  app = new pg.Client({ connectionString: database.appUrl });
  await admin.connect();
  await app.connect();
  // Disables foreign keys: the ids need no records.
  await admin.query('set session_replication_role = replica');
  await admin.query('alter table external_id set (autovacuum_enabled = false)');
});
afterAll(async () => {
  await admin.end();
  await app.end();
  await database.drop();
});

const refresh = (table: string, written: number) =>
  app.query('select refresh_record_statistics($1, $2)', [table, written]);

/** Returns how many external ids the planner believes there are. */
async function believed(): Promise<number> {
  const { rows } = await admin.query("select reltuples from pg_class where oid = 'external_id'::regclass");
  return rows[0].reltuples;
}

async function addExternalIds(from: number, to: number): Promise<void> {
  await admin.query(
    `insert into external_id (tenant_id, object, source, value, value_norm, record_id)
     select $1, 'opportunity', 'default', 'D' || n, 'd' || n, gen_random_uuid() from generate_series($2::int, $3::int) n`,
    [randomUUID(), from, to],
  );
}

test('an import refreshes the statistics of external ids too, once there are far more of them', async () => {
  await addExternalIds(1, 500);
  await refresh('opportunity', 500);
  expect(await believed()).toBe(500);

  await addExternalIds(501, 1000);
  await refresh('opportunity', 1000);
  expect(await believed()).toBe(500);
  await refresh('opportunity', 4000);
  expect(await believed()).toBe(1000);
});

test('only tables of records are accepted', async () => {
  await expect(refresh('external_id', 500)).rejects.toThrow('no record table');
});
