import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newContext, runInContext } from '../context/index.js';
import { PlatformPool, TenantPool } from '../db/index.js';
import { type TestDatabase, testDatabase } from '../testing/index.js';

let database: TestDatabase;
let owner: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner?.end();
  await database?.drop();
});

test('every partition of the log has the index by cause, including those that are created ahead', async () => {
  const platform = new PlatformPool({ connectionString: database.platformUrl, max: 1 });
  await platform.query('select ensure_event_partitions(7)');
  await platform.end();
  const { rows } = await owner.query(
    `select p.inhrelid::regclass::text as partition, coalesce(bool_or(i.indisvalid), false) as indexed
       from pg_inherits p
       left join pg_index i on i.indrelid = p.inhrelid and pg_get_indexdef(i.indexrelid) like '%cause_kind, cause_id%'
      where p.inhparent = 'record_event'::regclass group by 1`,
  );
  expect(rows.length).toBeGreaterThan(8);
  expect(rows.filter((row) => !row.indexed)).toEqual([]);
});

test('the application finds the events of a cause by the index, under row security', async () => {
  const pool = new TenantPool({ connectionString: database.appUrl, max: 1 });
  const plan = await runInContext(newContext({ correlationId: 'test', tenantId: randomUUID() }), async () => {
    const [, explained] = await pool.read([
      { text: 'set local enable_seqscan = off' },
      {
        text: `explain select id from record_event where tenant_id = $1 and cause_kind = 'import' and cause_id = $2 order by id`,
        values: [randomUUID(), randomUUID()],
      },
    ]);
    return explained!.rows.map((row) => row['QUERY PLAN']).join('\n');
  });
  await pool.end();
  expect(plan).toContain('cause_id = ');
  expect(plan).toMatch(/Index (Only )?Scan using record_event_\w*cause/);
});
