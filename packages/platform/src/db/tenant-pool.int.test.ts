import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newContext, NoContextError, runInContext } from '../context/index.js';
import { eventually, pgBouncer, type TestDatabase, testDatabase } from '../testing/index.js';
import {
  assertRoleIsBound,
  PlatformPool,
  SecondClientError,
  type Statement,
  sql,
  TenantPool,
  UnitOfWorkFactory,
  UnknownTenantError,
} from './index.js';
import { isConnectionError, MAX_PREPARED } from './tenant-pool.js';

const acme = randomUUID();
const globex = randomUUID();

let database: TestDatabase;
let pool: TenantPool;
let work: UnitOfWorkFactory;

beforeAll(async () => {
  database = await testDatabase();
  await asOwner(async (client) => {
    for (const [id, name] of [
      [acme, 'acme'],
      [globex, 'globex'],
    ])
      await client.query('insert into tenant (id, name, subdomain) values ($1, $2, $2)', [id, name]);
  });
  pool = new TenantPool({ connectionString: database.appUrl, max: 4 });
  work = new UnitOfWorkFactory(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function asOwner(fn: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  try {
    await fn(client);
  } finally {
    await client.end();
  }
}

const as = <T>(tenantId: string | null, fn: () => Promise<T>) =>
  runInContext(newContext({ correlationId: 'test', tenantId }), fn);

test('without a tenant, every way in throws before a connection is opened', async () => {
  const fresh = new TenantPool({ connectionString: database.appUrl, max: 1 });
  const units = new UnitOfWorkFactory(fresh);
  try {
    await expect(fresh.query('select 1')).rejects.toThrow(NoContextError);
    await expect(as(null, () => fresh.query('select 1'))).rejects.toThrow(NoContextError);
    await expect(as('not-a-uuid', () => fresh.query('select 1'))).rejects.toThrow(NoContextError);
    await expect(as(null, () => fresh.checkout())).rejects.toThrow(NoContextError);
    await expect(as(null, () => units.run(async () => 1))).rejects.toThrow(NoContextError);
    expect(fresh.totalCount).toBe(0);
  } finally {
    await fresh.end();
  }
});

test('a tenant sees only its own row, even when both query at the same time', async () => {
  const seen = await Promise.all(
    Array.from({ length: 40 }, (_, i) => {
      const tenant = i % 2 ? acme : globex;
      return as(tenant, async () => ({ tenant, rows: (await pool.query('select id from tenant')).rows }));
    }),
  );
  for (const { tenant, rows } of seen) expect(rows).toEqual([{ id: tenant }]);
});

test('the setting is gone after the query', async () => {
  const one = new TenantPool({ connectionString: database.appUrl, max: 1 });
  try {
    await as(acme, () => one.query('select 1'));
    const client = await as(acme, () => one.checkout());
    const { rows } = await client.query(`select nullif(current_setting('app.tenant_id', true), '') as tenant,
      (select count(*)::int from tenant) as visible`);
    client.release();
    expect(rows).toEqual([{ tenant: null, visible: 0 }]);
  } finally {
    await one.end();
  }
});

test('joins are planned in the order they are written in', async () => {
  expect((await as(acme, () => pool.query('show join_collapse_limit'))).rows).toEqual([
    { join_collapse_limit: '4' },
  ]);
});

test('nobody gets a client without a tenant', async () => {
  await expect(as(acme, () => pool.connect())).rejects.toThrow('no plain client');
});

test('a failed statement leaves the connection usable for the next tenant', async () => {
  const one = new TenantPool({ connectionString: database.appUrl, max: 1 });
  try {
    await expect(as(acme, () => one.query('select 1/0'))).rejects.toMatchObject({ code: '22012' });
    expect((await as(globex, () => one.query('select id from tenant'))).rows).toEqual([{ id: globex }]);
    expect(one.totalCount).toBe(1);
  } finally {
    await one.end();
  }
});

test('a connection that the server ends fails what runs on it, and neither the process nor what comes later', async () => {
  const [tenants, platform] = [
    new TenantPool({ connectionString: database.appUrl, max: 3 }),
    new PlatformPool({ connectionString: database.platformUrl, max: 2 }),
  ];
  const units = new UnitOfWorkFactory(tenants);
  const sleep = 'select pg_sleep(600)';
  let goOn = () => {};
  const ended = new Promise<void>((done) => (goOn = done));
  const running = Promise.allSettled([
    as(acme, () => tenants.query(sleep)),
    as(acme, () => units.run((uow) => uow.run({ text: sleep }))),
    as(acme, () =>
      units.run(async (uow) => {
        await uow.run({ text: `${sleep.replace('600', '0')} /* between two statements */` });
        await ended;
        await uow.run({ text: 'select 1' });
      }),
    ),
    platform.query(sleep),
    platform.transaction((client) => client.query(sleep)),
  ]);
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  try {
    const found = `from pg_stat_activity where datname = current_database() and query like '%pg_sleep%'
      and pid <> pg_backend_pid() and state in ('active', 'idle in transaction')`;
    await eventually(async () => (await admin.query(`select 1 ${found}`)).rowCount === 5);
    await admin.query(`select pg_terminate_backend(pid) ${found}`);
    await eventually(async () => (await admin.query(`select 1 ${found}`)).rowCount === 0);
    goOn();
    expect((await running).map(({ status }) => status)).toEqual(Array(5).fill('rejected'));
    expect((await as(acme, () => tenants.query('select id from tenant'))).rows).toEqual([{ id: acme }]);
    expect((await platform.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  } finally {
    goOn();
    await admin.end();
    await Promise.all([tenants.end(), platform.end()]);
  }
});

test('the loss of a connection is told from a refused statement', () => {
  const isLoss = (code?: string) => isConnectionError(Object.assign(new Error('failed'), { code }));
  expect([undefined, 'EPIPE', 'ECONNRESET', '57P01', '08P01'].map(isLoss)).toEqual(Array(5).fill(true));
  expect(['23505', '40P01', '57014', 'P0001', 'XX000'].map(isLoss)).toEqual(Array(5).fill(false));
});

test('a write into another tenant is refused by the database', async () => {
  const attempt = as(acme, () =>
    work.run((uow) =>
      uow.run(sql`insert into tag (tenant_id, id, display_name, display_norm, search_norm, created_at, created_by_kind,
        updated_at, updated_by_kind, name, name_norm)
        values (${globex}, ${randomUUID()}, 'x', 'x', 'x', now(), 'system', now(), 'system', 'x', 'x')`),
    ),
  );
  await expect(attempt).rejects.toMatchObject({ code: '42501' });
});

test('a unit of work commits on return and leaves nothing when it throws', async () => {
  const name = (tenant: string) =>
    as(tenant, async () => (await pool.query('select name from tenant')).rows[0].name);
  await as(acme, () => work.run((uow) => uow.run(sql`update tenant set name = 'kept'`)));
  expect(await name(acme)).toBe('kept');
  expect(await name(globex)).toBe('globex');
  const failing = as(acme, () =>
    work.run(async (uow) => {
      await uow.run(sql`update tenant set name = 'lost'`);
      throw new Error('stop');
    }),
  );
  await expect(failing).rejects.toThrow('stop');
  expect(await name(acme)).toBe('kept');
});

test('statements sent in parts answer in order, and the first that fails ends them all', async () => {
  const numbered = (n: number) => [{ text: 'select $1::int as n', values: [n] }];
  const failing = [{ text: 'select 1 / 0' }];
  const made: string[] = [];
  function* parts(list: Statement[][]) {
    for (const part of list) {
      made.push(part[0]?.text ?? 'nothing');
      yield part;
    }
  }
  const sent = await as(acme, () =>
    work.run((uow) => uow.inParts(parts([numbered(1), [], [...numbered(2), ...numbered(3)]]))),
  );
  expect([sent, made.length]).toEqual([[[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]], 3]);

  const refused = as(acme, () => work.run((uow) => uow.inParts(parts([failing, numbered(1)]))));
  await expect(refused).rejects.toThrow('division by zero');
  const nameOf = () => as(acme, () => pool.query('select name from tenant')).then(({ rows }) => rows[0].name);
  const before = await nameOf();
  const unfinished = as(acme, () =>
    work.run((uow) =>
      uow.inParts(
        (function* () {
          yield [{ text: "update tenant set name = 'unfinished'" }];
          throw new Error('not composed');
        })(),
      ),
    ),
  );
  await expect(unfinished).rejects.toThrow('not composed');
  expect(await nameOf()).toBe(before);
});

test('a savepoint undoes all of its part, also after one within it was undone', async () => {
  const name = () => as(acme, () => pool.query('select name from tenant')).then(({ rows }) => rows);
  const before = await name();
  const seen = await as(acme, () =>
    work.run(async (uow) => {
      const rename = (name: string) => uow.run(sql`update tenant set name = ${name}`);
      const outer = uow.savepoint(async () => {
        await rename('outer');
        const inner = uow.savepoint(async () => {
          await rename('inner');
          throw new Error('undo the inner part');
        });
        await expect(inner).rejects.toThrow('inner');
        throw new Error('undo the outer part');
      });
      await expect(outer).rejects.toThrow('outer');
      return uow.run<{ name: string }>(sql`select name from tenant`);
    }),
  );
  expect([seen, await name()]).toEqual([before, before]);
});

test('a unit of work refuses to continue under another tenant', async () => {
  await as(acme, () =>
    work.run(async (uow) => {
      await expect(as(globex, () => uow.run(sql`select 1`))).rejects.toThrow('another tenant');
    }),
  );
});

test('a unit of work of a tenant that does not exist is refused, unless it creates the tenant', async () => {
  const id = randomUUID();
  await expect(as(id, () => work.run(async () => 1))).rejects.toThrow(UnknownTenantError);
  const insert = (tenant: string) =>
    as(tenant, () =>
      work.run(
        (uow) => uow.run(sql`insert into tenant (id, name, subdomain) values (${id}, 'new', ${id})`),
        [],
        { newTenant: true },
      ),
    );
  await expect(insert(acme)).rejects.toMatchObject({ code: '42501' });
  await insert(id);
  expect((await as(id, () => pool.query('select id from tenant'))).rows).toEqual([{ id }]);
});

test('behind PgBouncer in transaction mode, concurrent reads of two tenants on one server connection stay apart', async () => {
  const bouncer = await pgBouncer([database.appUrl], { poolSize: 1 });
  const shared = new TenantPool({ connectionString: bouncer.urls[0], max: 8, queryTimeoutMs: 7_000 });
  try {
    const seen = await Promise.all(
      Array.from({ length: 60 }, (_, i) => {
        const tenant = i % 2 ? acme : globex;
        return as(tenant, async () => {
          const [ids, backend] = await shared.read([
            { text: 'select id from tenant' },
            { text: 'select pg_backend_pid() as pid' },
          ]);
          return { tenant, ids: ids!.rows, pid: backend!.rows[0].pid };
        });
      }),
    );
    for (const { tenant, ids } of seen) expect(ids).toEqual([{ id: tenant }]);
    const mixed = await Promise.allSettled(
      Array.from({ length: 60 }, (_, i) =>
        as(i % 2 ? acme : globex, () =>
          shared.read([{ text: i % 3 ? 'select 1' : 'select 1/0' }, { text: 'select id from tenant' }]),
        ),
      ),
    );
    expect(mixed.map((read) => (read.status === 'fulfilled' ? read.value[1]!.rows[0].id : 'failed'))).toEqual(
      mixed.map((_, i) => (i % 3 ? (i % 2 ? acme : globex) : 'failed')),
    );
    expect(new Set(seen.map((s) => s.pid)).size).toBe(1);
    // The time limit of a read must not follow the connection to the next transaction.
    const limits = await as(acme, async () => [
      (await shared.query('show statement_timeout')).rows[0].statement_timeout,
      await new UnitOfWorkFactory(shared).run(
        async (uow) => (await uow.run({ text: 'show statement_timeout' }))[0].statement_timeout,
      ),
      await new UnitOfWorkFactory(shared).run(async (uow) => [
        (await uow.runLimited({ text: 'show statement_timeout' }))[0].statement_timeout,
        (await uow.run({ text: 'show statement_timeout' }))[0].statement_timeout,
      ]),
    ]);
    expect(limits).toEqual(['7s', '0', ['7s', '0']]);
    const units = new UnitOfWorkFactory(shared);
    const written = await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const tenant = i % 2 ? acme : globex;
        return as(tenant, () =>
          units.run(async (uow) => {
            const [before] = await uow.run<{ id: string }>(sql`select id from tenant`);
            await uow.bumpAccessVersion();
            const [after] = await uow.run<{ id: string }>(sql`select id from tenant`);
            return [tenant, before!.id, after!.id];
          }),
        );
      }),
    );
    for (const [tenant, before, after] of written) expect([before, after]).toEqual([tenant, tenant]);
  } finally {
    await shared.end();
    await bouncer.stop();
  }
});

test('a role that could bypass row security is refused by name', async () => {
  await expect(assertRoleIsBound(database.adminUrl, 'app')).rejects.toThrow(/superuser/);
  await expect(assertRoleIsBound(database.ownerUrl, 'app')).rejects.toThrow(/pellucid_owner.*owns tables/);
  await assertRoleIsBound(database.appUrl, 'app');
  await assertRoleIsBound(database.platformUrl, 'platform');
});

test('with one client, reads inside a unit of work run in its transaction, and afterwards on its client', async () => {
  const one = new TenantPool({ connectionString: database.appUrl, max: 1 });
  const units = new UnitOfWorkFactory(one);
  const name = async () => (await one.query('select name from tenant')).rows[0].name;
  try {
    const seen = await as(acme, () =>
      units.run(async (uow) => {
        await uow.run({ text: `update tenant set name = 'renamed' where id = $1`, values: [acme] });
        const inside = await name();
        await uow.commitWith([{ text: `update tenant set name = 'acme' where id = $1`, values: [acme] }]);
        return [inside, await name()];
      }),
    );
    expect(seen).toEqual(['renamed', 'acme']);
    await expect(as(acme, () => units.run(() => as(globex, name)))).rejects.toThrow('another tenant');
    expect(await as(acme, name)).toBe('acme');
  } finally {
    await one.end();
  }
});

test('nobody takes a second client: not in a unit of work, not in a transaction of the platform', async () => {
  const platform = new PlatformPool({ connectionString: database.platformUrl, max: 1 });
  const ask = () => platform.query('select 1');
  try {
    await as(acme, () =>
      work.run(async () => {
        await expect(work.run(async () => 1)).rejects.toThrow(SecondClientError);
        await expect(pool.checkout()).rejects.toThrow(SecondClientError);
        await ask();
      }),
    );
    await as(acme, () =>
      platform.transaction(async () => {
        await expect(async () => ask()).rejects.toThrow(SecondClientError);
        await expect(work.run(async () => 1)).rejects.toThrow(SecondClientError);
        await expect(pool.query('select 1')).rejects.toThrow(SecondClientError);
      }),
    );
    let late: Promise<unknown> | undefined;
    let go = () => {};
    const ended = new Promise<void>((resolve) => {
      go = resolve;
    });
    await as(acme, () =>
      work.run(async () => {
        late = ended.then(() => work.run(async () => 'in a unit of its own'));
      }),
    );
    go();
    expect(await late).toBe('in a unit of its own');
  } finally {
    await platform.end();
  }
});

test('a connection keeps the statements in use prepared, and no more than it may', async () => {
  const keeping = new TenantPool({ connectionString: database.appUrl, max: 1, prepare: true });
  const keptOf = async (like: string) =>
    (
      await keeping.query('select count(*)::int as n from pg_prepared_statements where statement like $1', [
        like,
      ])
    ).rows[0].n;
  try {
    await as(acme, async () => {
      for (let n = 0; n < MAX_PREPARED + 50; n++) {
        await keeping.query(`select ${n} as rare`);
        await keeping.query('select 1 as frequent');
      }
      await keeping.query('select 2 as late');
      expect(await keptOf('%frequent')).toBe(1);
      expect(await keptOf('%late')).toBe(1);
      expect(await keptOf('%')).toBeLessThanOrEqual(MAX_PREPARED + 1);
      expect((await keeping.query('select 0 as rare')).rows).toEqual([{ rare: 0 }]);
    });
  } finally {
    await keeping.end();
  }
});
