import { Global, Inject, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { LOGGER, type Logger } from '../observability/logger.js';
import { DelayedWrites } from './delayed-writes.js';
import { PlatformPool } from './platform-pool.js';
import { createPrismaClient, type TenantPrisma } from './prisma.service.js';
import { TenantPool } from './tenant-pool.js';
import { TransactionWatch } from './transaction-watch.js';
import { UnitOfWorkFactory } from './unit-of-work.js';

/** DI token of the tenant-bound Prisma client, {@link TenantPrisma}. */
export const PRISMA = Symbol('Prisma');

const common = { connectionTimeoutMillis: 10_000, idleTimeoutMillis: 30_000, keepAlive: true };

@Injectable()
class Pools implements OnApplicationShutdown {
  constructor(
    @Inject(TenantPool) private readonly tenant: TenantPool,
    @Inject(PlatformPool) private readonly platform: PlatformPool,
    @Inject(PRISMA) private readonly prisma: TenantPrisma,
    @Inject(DelayedWrites) private readonly delayed: DelayedWrites,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.delayed.flush();
    await this.prisma.$disconnect();
    await Promise.all([this.tenant.end(), this.platform.end()]);
  }
}

/** Provides the two database log-ins, the unit of work, delayed writes and Prisma. Needs CONFIG and LOGGER. */
@Global()
@Module({
  providers: [
    {
      provide: TenantPool,
      inject: [CONFIG],
      useFactory: (c: Config) =>
        new TenantPool({
          ...common,
          connectionString: c.DATABASE_URL_APP,
          max: c.PELLUCID_DB_POOL,
          prepare: c.PELLUCID_DB_PREPARE,
        }),
    },
    {
      provide: PlatformPool,
      inject: [CONFIG],
      useFactory: (c: Config) =>
        new PlatformPool({ ...common, connectionString: c.DATABASE_URL_PLATFORM, max: 5 }),
    },
    {
      provide: UnitOfWorkFactory,
      inject: [TenantPool],
      useFactory: (pool: TenantPool) => new UnitOfWorkFactory(pool),
    },
    { provide: PRISMA, inject: [TenantPool], useFactory: (pool: TenantPool) => createPrismaClient(pool) },
    { provide: DelayedWrites, inject: [LOGGER], useFactory: (logger: Logger) => new DelayedWrites(logger) },
    TransactionWatch,
    Pools,
  ],
  exports: [TenantPool, PlatformPool, UnitOfWorkFactory, PRISMA, DelayedWrites, TransactionWatch],
})
export class DatabaseModule {}
