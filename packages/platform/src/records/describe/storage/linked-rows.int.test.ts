import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newContext, runInContext } from '../../../context/index.js';
import { type Statement, TenantPool } from '../../../db/index.js';
import { type TestDatabase, testDatabase } from '../../../testing/index.js';
import { manyToMany } from '../links/many-to-many.js';
import { columnStorage } from './column-storage.js';
import { customStorage } from './custom-storage.js';
import type { FieldStorage } from './field-storage.js';
import { referringIds, refersTo } from './linked-rows.js';
import { linkStorage } from './link-storage.js';

/*
 * The same references in every kind of storage: the first account refers to the second, which refers to the third. Another
 * company has the same ids.
 */

let database: TestDatabase;
let owner: pg.Client;
let pool: TenantPool;
const tenants = [randomUUID(), randomUUID()] as const;
const accounts = ['a', 'b', 'c'].map((name) => ({ id: randomUUID(), name }));
const [a, b, c] = accounts.map(({ id }) => id) as [string, string, string];
const field = randomUUID();

const STORAGES: Record<string, FieldStorage> = {
  column: columnStorage('parent_id', null),
  custom: customStorage({ id: field, slot: 1 }, 'uuid', false, 'complete'),
  link: linkStorage(
    manyToMany({
      table: 'record_link',
      own: 'from_id',
      target: 'to_id',
      targetTable: 'account',
      marks: { from_object: 'account', kind: 'test', to_object: 'account' },
    }),
    true,
  ),
};

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  pool = new TenantPool({ connectionString: database.appUrl, max: 1 });
  for (const tenant of tenants) {
    await owner.query("insert into tenant (id, name, subdomain) values ($1, 'Company', $2)", [
      tenant,
      `t${tenant}`.replaceAll('-', ''),
    ]);
    for (const { id, name } of accounts.toReversed())
      await owner.query(
        `insert into account (tenant_id, id, name, name_norm, display_name, display_norm, search_norm, parent_id,
           created_at, created_by_kind, updated_at, updated_by_kind)
         values ($1, $2, $3, $3, $3, $3, $3, $4, now(), 'system', now(), 'system')`,
        [tenant, id, name, { [a]: b, [b]: c }[id] ?? null],
      );
    for (const [from, to] of [
      [a, b],
      [b, c],
    ]) {
      await owner.query(
        'insert into custom_index (tenant_id, field_id, record_id, id_value) values ($1, $2, $3, $4)',
        [tenant, field, from, to],
      );
      await owner.query(
        `insert into record_link (tenant_id, from_object, from_id, kind, to_object, to_id)
         values ($1, 'account', $2, 'test', 'account', $3), ($1, 'account', $2, 'other', 'account', $2)`,
        [tenant, from, to],
      );
    }
  }
});
afterAll(async () => {
  await pool?.end();
  await owner?.end();
  await database?.drop();
});

/** Runs statements in one transaction as the application. Returns the rows of the last one. */
const run = (...statements: Statement[]) =>
  runInContext(
    newContext({ correlationId: 'test', tenantId: tenants[0] }),
    async () => (await pool.read(statements)).at(-1)!.rows,
  );
const ends = (storage: FieldStorage) => ({
  storage,
  record: 't',
  target: { object: 'account', source: 'account', alias: 'far' },
});

describe.each(Object.entries(STORAGES))('a reference in a %s', (_kind, storage) => {
  it('leads from the record to what it refers to', async () => {
    const test = refersTo(ends(storage), `far.name = 'b'`);
    const rows = await run({
      text: `select id from account t where t.tenant_id = $1 and ${test}`,
      values: [tenants[0]],
    });
    expect(rows).toEqual([{ id: a }]);
  });

  it('leads back to the records that refer to one', async () => {
    const found = referringIds(ends(storage), 'account', '$1', `far.name <> 'b'`);
    expect(await run({ text: `select * from (${found}) as found(id)`, values: [tenants[0]] })).toEqual([
      { id: b },
    ]);
  });
});

describe('links', () => {
  // With too few rows, every index is as good.
  beforeAll(async () => {
    await owner.query(
      `insert into record_link (tenant_id, from_object, from_id, kind, to_object, to_id)
       select $1, 'account', gen_random_uuid(), 'test', 'account', gen_random_uuid() from generate_series(1, 5000)`,
      [tenants[0]],
    );
    await owner.query('analyze record_link');
  });

  const planOf = async (text: string) => {
    const rows = await run(
      { text: 'set local enable_seqscan = off' },
      { text: `explain ${text}`, values: [tenants[0], randomUUID()] },
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };

  it('are found by an index from the record, under row security', async () => {
    const plan = await planOf(
      `select from account t where t.tenant_id = $1 and t.id = $2 and ${refersTo(ends(STORAGES['link']!), `far.name = 'b'`)}`,
    );
    expect(plan).toMatch(/Index (Only )?Scan using record_link_pkey/);
  });

  it('are found by an index from what they lead to, under row security', async () => {
    const plan = await planOf(referringIds(ends(STORAGES['link']!), 'account', '$1', 'far.id = $2'));
    expect(plan).toMatch(/Index (Only )?Scan using record_link_to_idx/);
  });
});
