import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './prisma-client/client.js';
import type { TenantPool } from './tenant-pool.js';

/**
 * Prisma over the tenant pool, for the plain tables of modules (never for records).
 *
 * Prisma batches `findUnique` calls of one tick across async contexts, so one tenant could receive another's row. They are
 * therefore rewritten to `findFirst`, which is never batched; compound keys are flattened to plain conditions.
 */
export function createPrismaClient(pool: TenantPool) {
  const client = new PrismaClient({ adapter: new PrismaPg(pool as never, { disposeExternalPool: false }) });
  const rewrite =
    (method: 'findFirst' | 'findFirstOrThrow') =>
    ({ model, args }: { model: string; args: any }) => {
      const delegate = (client as any)[model[0]!.toLowerCase() + model.slice(1)];
      return delegate[method]({ ...args, where: flattenUnique(args.where) });
    };
  return client.$extends({
    name: 'no-cross-context-batching',
    query: {
      $allModels: {
        findUnique: rewrite('findFirst') as any,
        findUniqueOrThrow: rewrite('findFirstOrThrow') as any,
      },
    },
  });
}

/** The product's Prisma client. */
export type TenantPrisma = ReturnType<typeof createPrismaClient>;

const FILTER_KEYS = new Set([
  'equals',
  'in',
  'notIn',
  'lt',
  'lte',
  'gt',
  'gte',
  'not',
  'contains',
  'is',
  'isNot',
  'some',
  'every',
  'none',
  'has',
  'path',
]);

/** `{tenantId_id: {tenantId, id}}` → `{tenantId, id}`; everything else stays. */
export function flattenUnique(where: Record<string, unknown> = {}): Record<string, unknown> {
  const flat: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(where)) {
    const isCompound =
      key.includes('_') &&
      value !== null &&
      typeof value === 'object' &&
      !(value instanceof Date) &&
      !Object.keys(value).some((k) => FILTER_KEYS.has(k));
    if (isCompound) Object.assign(flat, value);
    else flat[key] = value;
  }
  return flat;
}
