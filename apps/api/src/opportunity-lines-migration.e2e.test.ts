/** The migration that made the product lines of deals lines that the record engine owns. */
import { readFileSync } from 'node:fs';
import { testDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { registerCompany, testApi, type TestApi, type TestCompany } from './testing/api-process.js';

const MIGRATION = new URL(
  '../../../prisma/migrations/20261129203100_owned_lines/migration.sql',
  import.meta.url,
);

let api: TestApi;
let company: TestCompany;
let owner: pg.Client;

beforeAll(async () => {
  const database = await testDatabase();
  api = await testApi(database);
  company = await registerCompany(api);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await api.close();
  await api.database.drop();
});

const call = (method: string, path: string, body?: unknown) =>
  api.call(method, path, { token: company.token, body });
async function made(path: string, body: object) {
  const answer = await call('POST', path, body);
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
}
const read = async (id: string) => (await call('GET', `/opportunities/${id}`)).body;

/** Brings lines, the log and what deletions took into the form that they had before the migration: positions had no gaps. */
async function turnBack() {
  await owner.query('update opportunity_line set position = position / 1024');
  await owner.query(
    'create unique index opportunity_line_position_key on opportunity_line (tenant_id, opportunity_id, position)',
  );
  await owner.query(
    `update record_event
        set changes = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(changes) where key !~ '^lines'),
            fields = (select coalesce(array_agg(f), '{}') from unnest(fields) f where f !~ '^lines')
      where object = 'opportunity'`,
  );
  const scaled = (name: string) => `((k->>'${name}')::numeric * 10000)::bigint`;
  await owner.query(
    `update deletion_effect
        set field = 'product',
            taken = jsonb_set(taken, '{kept}', (select jsonb_agg(jsonb_build_object(
              'id', k->'id', 'position', (k->>'position')::int / 1024, 'product_id', k->'product', 'quantity', ${scaled('quantity')},
              'unit_price', ${scaled('unitPrice')}, 'discount', ${scaled('discount')}, 'amount', ${scaled('amount')}))
              from jsonb_array_elements(taken->'kept') k))
      where object = 'opportunity' and field = 'lines.product'`,
  );
}

async function migrate() {
  await owner.query('begin');
  await owner.query(readFileSync(MIGRATION, 'utf8'));
  await owner.query('commit');
}

test('deals keep their lines, totals, and the lines that deleted products took', async () => {
  const currency = 'USD';
  const [kept, gone] = [
    await made('/products', { name: 'Kept', price: '19.99', currency }),
    await made('/products', { name: 'Gone', price: '7', currency }),
  ];
  const { id } = await made('/opportunities', {
    name: 'Deal',
    currency,
    lines: [
      { product: gone.id, quantity: '3' },
      { product: kept.id, quantity: '2.5', discount: '12.5' },
      { product: kept.id },
    ],
  });
  const unpriced = await made('/opportunities', {
    name: 'Without a price',
    currency,
    lines: [{ product: (await made('/products', { name: 'Free' })).id }],
  });
  const empty = await made('/opportunities', { name: 'No lines' });
  const whole = (await read(id)).lines;
  expect((await call('DELETE', `/products/${gone.id}?referrers=unlink`)).status).toBeLessThan(300);
  const before = await read(id);
  expect(before.lines).toEqual(whole.slice(1));

  await turnBack();
  await migrate();

  expect(await read(id)).toEqual(before);
  expect(await read(unpriced.id)).toEqual(unpriced);
  const asOf = async (deal: string, version: number) =>
    (await call('GET', `/opportunities/${deal}/as-of?version=${version}`)).body.lines;
  expect(await asOf(id, before.version)).toEqual(before.lines);
  expect(await asOf(unpriced.id, 1)).toEqual(unpriced.lines);
  expect(await asOf(id, 1)).toEqual([]);
  const [entry] = (await call('GET', `/opportunities/${id}/history`)).body.data;
  expect(entry.lines.lines.map((line: any) => [line.id, line.change])).toEqual(
    before.lines.map((line: any) => [line.id, 'added']),
  );
  const told = (await call('GET', `/opportunities/${empty.id}/history`)).body.data;
  expect(told).toHaveLength(1);

  // A change made on the version that was open during the migration is merged as ever.
  const [first, second] = before.lines;
  const changed = await api.call('PATCH', `/opportunities/${id}`, {
    token: company.token,
    headers: { 'if-match': `"${before.version}"` },
    body: { lines: [{ id: first.id, quantity: '3' }, { id: second.id }] },
  });
  expect(changed.body.lines.map((line: any) => [line.id, line.quantity])).toEqual([
    [first.id, '3'],
    [second.id, '1'],
  ]);
  const back = await call('POST', `/opportunities/${id}/restore-version`, { version: before.version });
  expect(back.body.lines).toEqual(before.lines);
  expect((await call('POST', `/products/${gone.id}/restore`)).status).toBe(200);
  expect((await read(id)).lines).toEqual(whole);
});
