import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newContext, runInContext } from '../context/index.js';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { repeatOnDeadlock, TenantPool, UnitOfWorkFactory } from './index.js';
import { MAX_PREPARED } from './tenant-pool.js';

const tenantId = randomUUID();
let database: TestDatabase;
let owner: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  await owner.query(`insert into tenant (id, name, subdomain) values ($1, 'first', 'batch')`, [tenantId]);
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

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

  test('if the last parameters of a unit of work cannot be sent, nothing of it is committed', async () => {
    const unit = asTenant(() =>
      new UnitOfWorkFactory(pool).run(async (uow) => {
        await uow.run(rename('half'));
        await uow.commitWith([{ text: 'select $1::jsonb', values: [{ big: 1n }] }]);
      }),
    );
    await expect(unit).rejects.toThrow(/BigInt/);
    expect(await nameIs()).not.toBe('half');
  });

  test('a unit of work whose last parameters could not be sent is still open', async () => {
    const unit = new UnitOfWorkFactory(pool);
    await asTenant(() =>
      unit.run(async (uow) => {
        const unsendable = { text: 'select $1::jsonb', values: [{ big: 1n }] };
        await expect(uow.commitWith([unsendable])).rejects.toThrow(/BigInt/);
        await uow.run(rename('otherwise'));
      }),
    );
    expect(await nameIs()).toBe('otherwise');
  });

  test('a statement that is repeated behind a failed one, before its first answer, works the next time', async () => {
    const repeated = { text: 'select 7 as repeated' };
    const unit = asTenant(() =>
      new UnitOfWorkFactory(pool).run((uow) =>
        Promise.allSettled([uow.run(repeated), uow.run({ text: 'select 1/0' }), uow.run(repeated)]),
      ),
    );
    await expect(unit).rejects.toThrow('rolled back');
    for (let time = 0; time < 2; time++)
      expect((await asTenant(() => pool.query(repeated))).rows).toEqual([{ repeated: 7 }]);
  });

  test('after a change of the schema, statements are prepared anew and nobody notices', async () => {
    await owner.query('create table changing as select 1 as a; grant select on changing to pellucid_app');
    const one = { text: 'select * from changing' };
    const two = { text: 'select * from changing limit 1' };
    const read = () => asTenant(() => pool.read([one, two]));
    const inUnit = () =>
      asTenant(() =>
        repeatOnDeadlock(() => new UnitOfWorkFactory(pool).run((uow) => uow.together([one, two]))),
      );
    try {
      expect((await read()).map(({ rows }) => rows)).toEqual([[{ a: 1 }], [{ a: 1 }]]);
      for (const [change, row, again] of [
        ['add column b text', { a: 1, b: null }, read],
        ['alter column a type text', { a: '1', b: null }, inUnit],
      ] as const) {
        await owner.query(`alter table changing ${change}`);
        const answers = await again();
        expect(answers.map((answer) => ('rows' in answer ? answer.rows : answer))).toEqual([[row], [row]]);
      }
    } finally {
      await owner.query('drop table changing');
    }
  });

  test('a statement that is forgotten while its answer is outstanding still has its columns', async () => {
    const five = { text: 'select 5 as five' };
    const other = new TenantPool({ connectionString: database.appUrl, max: 1, prepare: true });
    const sent = Promise.withResolvers<void>();
    const forgotten = Promise.withResolvers<void>();
    await owner.query('select pg_advisory_lock(5)');
    try {
      await asTenant(() => pool.query(five));
      const unit = asTenant(() =>
        new UnitOfWorkFactory(pool).run(async (uow) => {
          const waiting = uow.together([{ text: 'select pg_advisory_xact_lock(5)' }, five]);
          sent.resolve();
          await forgotten.promise;
          const next = uow.run({ text: 'select 6 as six' });
          await owner.query('select pg_advisory_unlock(5)');
          return [(await waiting)[1], await next];
        }),
      );
      await sent.promise;
      const rare = Array.from({ length: MAX_PREPARED }, (_, n) => ({ text: `select ${n} as other` }));
      await asTenant(() => other.read(rare));
      forgotten.resolve();
      expect(await unit).toEqual([[{ five: 5 }], [{ six: 6 }]]);
    } finally {
      forgotten.resolve();
      await owner.query('select pg_advisory_unlock_all()');
      await other.end();
    }
  });

  test('a statement that asks for data ends its connection, so that no answer goes to somebody else', async () => {
    await owner.query('create table copied (a int); grant select, insert on copied to pellucid_app');
    try {
      await expect(asTenant(() => pool.query('copy copied from stdin'))).rejects.toThrow('terminated');
      for (const n of [1, 2])
        expect((await asTenant(() => pool.query('select $1::int as n', [n]))).rows).toEqual([{ n }]);
    } finally {
      await owner.query('drop table copied');
    }
  });
});
