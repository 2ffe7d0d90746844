import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { newContext, runInContext } from '../context/index.js';
import { sql, TenantPool, UnitOfWorkFactory } from '../db/index.js';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { AccessDirectory, builtInRoles, BuiltInRoles } from './index.js';

let database: TestDatabase;
let owner: pg.Client;
let pool: TenantPool;
let work: UnitOfWorkFactory;
let world: { tenant: string; member: string; session: string; admin: string; readOnly: string };
/** Plays another replica: it shares only the database with the replica that writes. */
let other: AccessDirectory;

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  pool = new TenantPool({ connectionString: database.appUrl, max: 4 });
  work = new UnitOfWorkFactory(pool);
});
afterAll(async () => {
  await pool.end();
  await owner.end();
  await database.drop();
});
beforeEach(async () => {
  other = new AccessDirectory(pool, new BuiltInRoles([]));
  world = await makeWorld();
});

async function makeWorld() {
  const [tenant, member, session, identity, admin, readOnly] = Array.from({ length: 6 }, () =>
    randomUUID(),
  ) as [string, string, string, string, string, string];
  await owner.query('insert into tenant (id, name, subdomain) values ($1, $2, $2)', [tenant, tenant]);
  await owner.query('insert into tenant_setting (tenant_id) values ($1)', [tenant]);
  await owner.query(
    `insert into identity (id, email, email_norm, name, password_hash) values ($1, $2, $2, 'Ann', 'none')`,
    [identity, `${identity}@example.com`],
  );
  await owner.query(
    `insert into member (tenant_id, id, display_name, display_norm, search_norm, created_at, created_by_kind, updated_at,
       updated_by_kind, identity_id, name, name_norm) values ($1, $2, 'Ann', 'ann', 'ann', now(), 'system', now(), 'system', $3, 'Ann', 'ann')`,
    [tenant, member, identity],
  );
  for (const [id, key] of [
    [admin, 'companyAdmin'],
    [readOnly, 'readOnly'],
  ] as const) {
    const role = builtInRoles([]).find((r) => r.key === key)!;
    await owner.query(
      'insert into role (tenant_id, id, key, name, name_norm, permissions, system) values ($1, $2, $3, $4, $4, $5, $6)',
      [tenant, id, key, role.name, JSON.stringify(role.permissions), role.system],
    );
  }
  await owner.query('insert into member_role (tenant_id, member_id, role_id) values ($1, $2, $3)', [
    tenant,
    member,
    admin,
  ]);
  await owner.query(
    `insert into session (id, identity_id, tenant_id, member_id, expires_at) values ($1, $2, $3, $4, now() + interval '1 day')`,
    [session, identity, tenant, member],
  );
  return { tenant, member, session, admin, readOnly };
}

/** Runs the function as the member, in a new context, as each request does. */
const request = <T>(fn: () => Promise<T>) =>
  runInContext(
    newContext({
      correlationId: 'test',
      tenantId: world.tenant,
      memberId: world.member,
      sessionId: world.session,
      actor: { kind: 'member', id: world.member },
    }),
    fn,
  );

const mayUpdate = () =>
  request(async () => other.may(await other.current(), { object: 'account', action: 'update' }));
const write = (query: ReturnType<typeof sql>) =>
  request(() =>
    work.run(async (uow) => {
      await uow.run(query);
      await uow.bumpAccessVersion();
    }),
  );

test('a changed role takes effect on another replica within a second', async () => {
  expect(await mayUpdate()).toBe(true);
  await write(sql`update member_role set role_id = ${world.readOnly} where member_id = ${world.member}`);
  await vi.waitUntil(async () => !(await mayUpdate()), { timeout: 60_000, interval: 25 });
});

test('an ended session is refused on another replica within a second', async () => {
  expect(await mayUpdate()).toBe(true);
  await owner.query('update session set revoked_at = now() where id = $1', [world.session]);
  await owner.query('update tenant set access_version = access_version + 1 where id = $1', [world.tenant]);
  const outcome = () =>
    mayUpdate().then(
      () => 'allowed',
      (error) => error.code,
    );
  await vi.waitUntil(async () => (await outcome()) === 'sessionEnded', {
    timeout: 60_000,
    interval: 25,
  });
});

test('a deactivated member and a suspended tenant are refused within a second', async () => {
  expect(await mayUpdate()).toBe(true);
  const outcome = () =>
    mayUpdate().then(
      () => 'allowed',
      (error) => error.code,
    );
  await write(sql`update member set status = 'inactive' where id = ${world.member}`);
  await vi.waitUntil(async () => (await outcome()) === 'notAMember', {
    timeout: 60_000,
    interval: 25,
  });
  await write(sql`update tenant set status = 'suspended'`);
  await vi.waitUntil(async () => (await outcome()) === 'tenantSuspended', {
    timeout: 60_000,
    interval: 25,
  });
});

test('a newer version returned by a query of the request drops a stale snapshot at once', async () => {
  expect(await mayUpdate()).toBe(true);
  await write(sql`update member_role set role_id = ${world.readOnly} where member_id = ${world.member}`);
  await request(async () => {
    await pool.query('select 1');
    other.noteObserved();
    expect(other.may(await other.current(), { object: 'account', action: 'update' })).toBe(false);
  });
});

test('a load that began before a change is neither joined nor kept once the change is known', async () => {
  let goOn = () => {};
  const held = [new Promise<void>((done) => (goOn = done))];
  let hasRead = () => {};
  const read = new Promise<void>((done) => (hasRead = done));
  const slow = {
    read: async (statements: Parameters<TenantPool['read']>[0]) => {
      const results = await pool.read(statements);
      hasRead();
      await held.shift();
      return results;
    },
  };
  other = new AccessDirectory(slow as TenantPool, new BuiltInRoles([]));
  const first = mayUpdate();
  await read;
  await write(sql`update member_role set role_id = ${world.readOnly} where member_id = ${world.member}`);
  other.forget(world.tenant);
  const second = mayUpdate();
  goOn();
  expect([await first, await second, await mayUpdate()]).toEqual([true, false, false]);
});

test('a deleted tenant gives 401', async () => {
  const gone = runInContext(newContext({ correlationId: 'test', tenantId: randomUUID() }), () =>
    other.current(),
  );
  await expect(gone).rejects.toMatchObject({ status: 401, code: 'unknownTenant' });
});

test('an object that no role names is closed, and a role without system rights grants none', async () => {
  await write(sql`update member_role set role_id = ${world.readOnly} where member_id = ${world.member}`);
  other.forget(world.tenant);
  await request(async () => {
    const snapshot = await other.current();
    expect(other.may(snapshot, { object: 'account', action: 'read' })).toBe(true);
    expect(other.may(snapshot, { object: 'account', action: 'create' })).toBe(false);
    expect(other.may(snapshot, { system: 'manageUsers' })).toBe(false);
  });
});

test('rights that were loaded inside a unit of work are known to nobody else, and forgotten with it', async () => {
  const directory = new AccessDirectory(pool, new BuiltInRoles([]));
  const name = async () => (await directory.current()).members.get(world.member)?.name;
  await request(() =>
    work
      .run(async (uow) => {
        await uow.run(sql`update member set name = 'Uncommitted' where id = ${world.member}`);
        await uow.bumpAccessVersion();
        expect(await name()).toBe('Uncommitted');
        throw new Error('rolled back');
      })
      .catch(() => {}),
  );
  expect(await request(name)).toBe('Ann');
});

test('inside a unit of work, rights are as new as its beginning', async () => {
  const directory = new AccessDirectory(pool, new BuiltInRoles([]));
  const name = async () => (await directory.current()).members.get(world.member)?.name;
  await request(name);
  await owner.query(`update member set name = 'Anna' where id = $1`, [world.member]);
  await owner.query('update tenant set access_version = access_version + 1 where id = $1', [world.tenant]);
  expect(await request(() => work.run(name))).toBe('Anna');
});

test('beyond its bound, the directory forgets the tenant that was asked for longest ago', async () => {
  const loads: string[] = [];
  const counting = {
    read: async (statements: Parameters<TenantPool['read']>[0]) => {
      if (statements.length > 0) loads.push(world.tenant);
      return pool.read(statements);
    },
  };
  const directory = new AccessDirectory(counting as TenantPool, new BuiltInRoles([]), 2);
  const load = async (of: typeof world) => {
    world = of;
    const { tenantId } = await request(() => directory.current());
    expect(tenantId).toBe(of.tenant);
  };
  const [first, second, third] = [world, await makeWorld(), await makeWorld()];
  for (const each of [first, second, first, third]) await load(each);
  expect(loads).toEqual([first.tenant, second.tenant, third.tenant]);
  await load(first);
  await load(second);
  expect(loads.slice(3)).toEqual([second.tenant]);
});
