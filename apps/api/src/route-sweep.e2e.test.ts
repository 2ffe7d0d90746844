import { Controller } from '@nestjs/common';
import { DelayedWrites } from '@pellucid/platform/db';
import { Endpoint, EndpointRegistry, idParams } from '@pellucid/platform/http';
import { type TestDatabase, testDatabase } from '@pellucid/platform/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { registerCompany, type TestApi, type TestCompany, testApi } from './testing/api-process.js';
import {
  massAssignable,
  notReachingOwn,
  openToAll,
  reachingAcross,
  referringAcross,
  staleExceptions,
  type Sweep,
  undocumentedAnswers,
  withoutSample,
  withoutToken,
  writableByReaders,
} from './testing/route-rules.js';
import { seededWorld } from './testing/seeded-world.js';

const anything = { 200: z.looseObject({}) };
const account = (world: Record<string, string>) => ({ params: { id: world['account']! } });

/** A controller with every mistake that an endpoint can make. */
@Controller()
class PlantedController {
  @Endpoint({
    method: 'get',
    path: '/planted/unsampled/{id}',
    operationId: 'plantedUnsampled',
    summary: '',
    tag: '',
    access: 'authenticated',
    params: idParams,
    responses: anything,
  })
  unsampled() {
    return {};
  }

  @Endpoint({
    method: 'get',
    path: '/planted/any-id/{id}',
    operationId: 'plantedAnyId',
    summary: '',
    tag: '',
    access: 'public',
    params: idParams,
    responses: anything,
    sample: account,
  })
  anyId() {
    return {};
  }

  @Endpoint({
    method: 'get',
    path: '/planted/any-key/{key}',
    operationId: 'plantedAnyKey',
    summary: '',
    tag: '',
    access: 'authenticated',
    params: z.object({ key: z.string() }),
    responses: anything,
    sample: (world) => ({ params: { key: world['account']! } }),
  })
  anyKey() {
    return {};
  }

  @Endpoint({
    method: 'post',
    path: '/planted/loose',
    operationId: 'plantedLoose',
    summary: '',
    tag: '',
    access: 'authenticated',
    body: z.looseObject({}),
    responses: anything,
    sample: (world) => ({ body: { account: world['account'] } }),
  })
  loose() {
    return {};
  }

  @Endpoint({
    method: 'get',
    path: '/planted/chatty',
    operationId: 'plantedChatty',
    summary: '',
    tag: '',
    access: 'authenticated',
    responses: { 200: z.object({ id: z.string() }) },
  })
  chatty() {
    return { id: 'x', secret: 'y' };
  }

  @Endpoint({
    method: 'get',
    path: '/planted/mistaken/{id}',
    operationId: 'plantedMistaken',
    summary: '',
    tag: '',
    access: 'authenticated',
    params: idParams,
    responses: { 200: z.object({ id: z.int() }) },
    sample: (world) => ({ params: { id: `${world['account']!.slice(0, -1)}x` } }),
  })
  mistaken() {
    return { id: 'x' };
  }
}

let database: TestDatabase;
let api: TestApi;
let owner: pg.Client;
let sweep: Sweep;
let planted: Sweep;
let reader: TestCompany;

beforeAll(async () => {
  database = await testDatabase();
  api = await testApi(database, [PlantedController]);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const [caller, other] = [await seededWorld(api), await seededWorld(api)];
  const all = api.app.get(EndpointRegistry).all();
  const isPlanted = ({ path }: { path: string }) => path.startsWith('/planted/');
  const shared = { api, caller, other, fingerprint: await fingerprints() };
  sweep = { ...shared, specs: all.filter((spec) => !isPlanted(spec)) };
  planted = { ...shared, specs: all.filter(isPlanted) };
  reader = await registerCompany(api);
  // With an object of the same path, so that its right is refused and not the address.
  const plural = caller.ids['customObjectPath']!;
  const object = { name: plural.slice(0, -1), plural, label: 'Gadget', pluralLabel: 'Gadgets' };
  await api.call('POST', '/custom-objects', { token: reader.token, body: object });
  await owner.query(
    `update member_role set role_id = (select id from role where tenant_id = $1 and key = 'readOnly') where tenant_id = $1`,
    [reader.tenantId],
  );
  await owner.query('update tenant set access_version = access_version + 1 where id = $1', [reader.tenantId]);
});
afterAll(async () => {
  await owner?.end();
  await api?.close();
  await database?.drop();
});

/** Fingerprints every row with a tenant ID, in all tables, once the API's delayed writes are done. */
async function fingerprints(): Promise<Sweep['fingerprint']> {
  const { rows } =
    await owner.query(`select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attname = 'tenant_id'
    order by 1`);
  const sums = rows.map(
    ({ name }) =>
      `select '${name}' as name, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as sum from "${name}" t where tenant_id = $1`,
  );
  const text = `${sums.join(' union all ')} union all select 'tenant', md5(t::text) from tenant t where id = $1 order by 1`;
  return async (tenantId) => {
    await api.app.get(DelayedWrites).flush();
    return Object.fromEntries((await owner.query(text, [tenantId])).rows.map(({ name, sum }) => [name, sum]));
  };
}

test('every endpoint with path parameters has a sample', () => {
  expect(withoutSample(sweep)).toEqual([]);
  expect(sweep.specs.length).toBeGreaterThan(60);
});

test('only the endpoints that must be are open to everybody', () => {
  expect(openToAll(sweep)).toEqual([]);
  expect(staleExceptions(sweep)).toEqual([]);
});

test("another company's ids are not found by any endpoint, and nothing there changes", async () => {
  expect(await reachingAcross(sweep)).toEqual([]);
});

test("another company's ids are refused inside of bodies", async () => {
  expect(await referringAcross(sweep)).toEqual([]);
});

test('without a valid token every endpoint that is not public answers 401', async () => {
  expect(await withoutToken(sweep)).toEqual([]);
});

test('a Read Only member can write nothing', async () => {
  expect(await writableByReaders(sweep, reader)).toEqual([]);
});

test("no body takes a tenant's id or another field it does not know", async () => {
  expect(await massAssignable(sweep)).toEqual([]);
});

test('every read answers what it documents, no less and no more', async () => {
  expect(await undocumentedAnswers(sweep)).toEqual([]);
});

test('every endpoint finds the caller’s own ids, which proves that the sweeps reach their targets', async () => {
  expect(await notReachingOwn(sweep)).toEqual([]);
});

describe('a planted violation is found', () => {
  const names = (violations: string[], name: string) =>
    violations.filter((sentence) => sentence.includes(`/planted/${name}`)).length;

  test('a path without a sample', () => expect(names(withoutSample(planted), 'unsampled')).toBe(1));
  test('a public endpoint', () => expect(names(openToAll(planted), 'any-id')).toBe(1));
  test("an endpoint that answers for another company's id", async () => {
    const specs = planted.specs.filter(({ operationId }) => operationId === 'plantedAnyId');
    expect(names(await reachingAcross({ ...planted, specs }), 'any-id')).toBe(1);
  });
  test('an answer to another company’s key, whatever the parameter is called', async () => {
    const specs = planted.specs.filter(({ operationId }) => operationId === 'plantedAnyKey');
    expect(names(await reachingAcross({ ...planted, specs }), 'any-key')).toBe(1);
  });
  test('a change in another company', async () => {
    let calls = 0;
    const fingerprint = async () => ({ account: String(calls++) });
    const violations = await reachingAcross({ ...planted, fingerprint });
    expect(violations).toContain('GET /planted/any-id/{id} changed something of another company (account)');
  });
  test("a body that takes another company's id", async () =>
    expect(names(await referringAcross(planted), 'loose')).toBe(1));
  test('an endpoint that needs no token', async () => {
    const specs = planted.specs.map((spec) => ({ ...spec, access: 'authenticated' as const }));
    expect(names(await withoutToken({ ...planted, specs }), 'any-id')).toBe(2);
  });
  test('a write that readers can do', async () =>
    expect(names(await writableByReaders(planted, reader), 'loose')).toBe(1));
  test('a body that takes any field', async () =>
    expect(names(await massAssignable(planted), 'loose')).toBe(2));
  test('an answer that says more than is documented, and one of another type', async () => {
    const violations = await undocumentedAnswers(planted);
    expect(violations).toContain('GET /planted/chatty answers with more than it documents: /secret');
    expect(names(violations, 'mistaken')).toBe(1);
  });
  test('a sample that doesn’t work', async () =>
    expect(names(await notReachingOwn(planted), 'mistaken')).toBe(1));
});
