import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newContext, runInContext } from '../context/index.js';
import { type TestDatabase, testDatabase } from '../testing/index.js';
import { createPrismaClient, flattenUnique, TenantPool, type TenantPrisma } from './index.js';
import { PrismaClient } from './prisma-client/client.js';

const tenants = [randomUUID(), randomUUID()];
/** The same role id in both tenants: only row security and the tenant in the key distinguish them. */
const roleId = randomUUID();

let database: TestDatabase;
let pool: TenantPool;
let prisma: TenantPrisma;

beforeAll(async () => {
  database = await testDatabase();
  const client = new pg.Client({ connectionString: database.ownerUrl });
  await client.connect();
  for (const id of tenants) {
    await client.query('insert into tenant (id, name, subdomain) values ($1, $2, $2)', [id, id]);
    await client.query('insert into role (tenant_id, id, name, name_norm) values ($1, $2, $3, $3)', [
      id,
      roleId,
      `role of ${id}`,
    ]);
  }
  await client.end();
  pool = new TenantPool({ connectionString: database.appUrl, max: 4 });
  prisma = createPrismaClient(pool);
});
afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
  await database.drop();
});

const as = <T>(tenantId: string, fn: () => Promise<T>) =>
  runInContext(newContext({ correlationId: 'test', tenantId }), fn);

/** Lets each tenant query both tenants' rows in the same tick; returns who asked for what and what they got. */
function askInOneTick(client: Pick<TenantPrisma, 'tenant'>) {
  return Promise.all(
    tenants.flatMap((asker) =>
      tenants.map((wanted) =>
        as(asker, async () => ({
          asker,
          wanted,
          got: (await client.tenant.findUnique({ where: { id: wanted } }))?.id ?? null,
        })),
      ),
    ),
  );
}

test('findUnique of two tenants in the same tick gives each its own row and never the other’s', async () => {
  for (let round = 0; round < 10; round++)
    for (const { asker, wanted, got } of await askInOneTick(prisma))
      expect(got).toBe(asker === wanted ? wanted : null);
});

test('without the rewrite the same calls do mix tenants, so the test above can fail', async () => {
  const plain = new PrismaClient({ adapter: new PrismaPg(pool as never, { disposeExternalPool: false }) });
  const answers = await askInOneTick(plain as never);
  await plain.$disconnect();
  expect(answers.some(({ asker, wanted, got }) => got !== (asker === wanted ? wanted : null))).toBe(true);
});

test('a compound key finds only the own tenant’s row', async () => {
  const [mine, theirs] = tenants as [string, string];
  const find = (tenantId: string) =>
    as(mine, async () => prisma.role.findUnique({ where: { tenantId_id: { tenantId, id: roleId } } }));
  expect((await find(mine))?.name).toBe(`role of ${mine}`);
  expect(await find(theirs)).toBeNull();
  await expect(
    as(mine, async () =>
      prisma.role.findUniqueOrThrow({ where: { tenantId_id: { tenantId: theirs, id: roleId } } }),
    ),
  ).rejects.toMatchObject({ code: 'P2025' });
});

test('Prisma transactions run as the tenant', async () => {
  const [mine] = tenants as [string, string];
  const counts = await as(mine, async () =>
    prisma.$transaction(async (tx) => [await tx.tenant.count(), await tx.role.count()]),
  );
  expect(counts).toEqual([1, 1]);
});

test('Prisma without a tenant throws', async () => {
  await expect(prisma.tenant.findMany()).rejects.toThrow(/no tenant/);
});

test('a filter object under a key with an underscore is not mistaken for a compound key', () => {
  expect(
    flattenUnique({ tenantId_id: { tenantId: 'a', id: 'b' }, some_field: { in: [1] }, id: 'c' }),
  ).toEqual({
    tenantId: 'a',
    id: 'c',
    some_field: { in: [1] },
  });
});
