import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newContext, runInContext } from '../context/index.js';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { TenantPool, UnitOfWorkFactory } from './index.js';

const tenantId = randomUUID();
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(`insert into tenant (id, name, subdomain) values ($1, 'first', 'batch')`, [tenantId]);
  await owner.end();
});
afterAll(() => database.drop());

describe.each([
  { prepare: true, how: 'with statements kept prepared' },
  { prepare: false, how: 'as behind a transaction pooler' },
])('$how', ({ prepare }) => {
  let pool: TenantPool;
  beforeAll(() => {
    pool = new TenantPool({ connectionString: database.appUrl, max: 1, prepare });
  });
  afterAll(() => pool.end());

  const asTenant = <T>(fn: () => Promise<T>) =>
    runInContext(newContext({ correlationId: 'test', tenantId }), fn);
  const nameIs = () => asTenant(async () => (await pool.query('select name from tenant')).rows[0].name);
  const rename = (name: string) => ({ text: 'update tenant set name = $1', values: [name] });

  test('statements that are read together are committed together, or not at all', async () => {
    await asTenant(() => pool.read([rename('both'), { text: 'select 1' }]));
    expect(await nameIs()).toBe('both');
    await expect(asTenant(() => pool.read([rename('lost'), { text: 'select 1/0' }]))).rejects.toMatchObject({
      code: '22012',
    });
    expect(await nameIs()).toBe('both');
  });

  test('a statement whose first execution fails works the next time', async () => {
    const divide = (by: number) =>
      asTenant(() => pool.query({ text: 'select 12 / $1::int as quotient', values: [by] }));
    await expect(divide(0)).rejects.toMatchObject({ code: '22012' });
    expect((await divide(3)).rows).toEqual([{ quotient: 4 }]);
    await expect(divide(0)).rejects.toMatchObject({ code: '22012' });
    expect((await divide(4)).rows).toEqual([{ quotient: 3 }]);
  });

  test('each statement has its own rows: none, arrays or objects, the second time as the first', async () => {
    const statements = [
      rename('same'),
      {
        text: `select null as a, true as b, 3::bigint as c, '{"d": 1}'::jsonb as d`,
        rowMode: 'array' as const,
      },
      { text: 'select 1 as n where false' },
      { text: `select n, array['x', null] as list from generate_series(1, 2) n` },
    ];
    for (let time = 0; time < 3; time++)
      expect((await asTenant(() => pool.read(statements))).map(({ rows }) => rows)).toEqual([
        [],
        [[null, true, '3', { d: 1 }]],
        [],
        [
          { n: 1, list: ['x', null] },
          { n: 2, list: ['x', null] },
        ],
      ]);
  });

  test('a unit of work whose last statements fail leaves nothing, and its connection usable', async () => {
    const before = await nameIs();
    const unit = asTenant(() =>
      new UnitOfWorkFactory(pool).run((uow) => uow.commitWith([rename('lost'), { text: 'select 1/0' }])),
    );
    await expect(unit).rejects.toMatchObject({ code: '22012' });
    expect(await nameIs()).toBe(before);
  });

  test('a parameter that cannot be sent fails before anything is sent', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const attempt = () => pool.read([rename('lost'), { text: 'select $1::jsonb', values: [circular] }]);
    await expect(asTenant(attempt)).rejects.toThrow(/circular/i);
    expect(await nameIs()).not.toBe('lost');
  });
});
