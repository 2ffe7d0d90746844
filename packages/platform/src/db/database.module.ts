import {
  type DynamicModule,
  Global,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { CONFIG, type Config } from '../config/index.js';
import { LOGGER, type Logger } from '../observability/logger.js';
import { DelayedWrites } from './delayed-writes.js';
import { PlatformPool } from './platform-pool.js';
import { TenantPool } from './tenant-pool.js';
import { TransactionWatch } from './transaction-watch.js';
import { UnitOfWorkFactory } from './unit-of-work.js';

/** DI token of the time limit for reads, in seconds. */
const QUERY_SECONDS = Symbol('QuerySeconds');

const common = { connectionTimeoutMillis: 10_000, idleTimeoutMillis: 30_000, keepAlive: true };

@Injectable()
class Pools implements OnApplicationShutdown {
  constructor(
    @Inject(TenantPool) private readonly tenant: TenantPool,
    @Inject(PlatformPool) private readonly platform: PlatformPool,
    @Inject(DelayedWrites) private readonly delayed: DelayedWrites,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.delayed.flush();
    await Promise.all([this.tenant.end(), this.platform.end()]);
  }
}

/**
 * Provides the two database log-ins, the unit of work and delayed writes. Needs CONFIG and LOGGER. Reads have the time
 * limit of requests, in the worker that of jobs.
 */
@Global()
@Module({
  providers: [
    { provide: QUERY_SECONDS, inject: [CONFIG], useFactory: (c: Config) => c.PELLUCID_QUERY_SECONDS },
    {
      provide: TenantPool,
      inject: [CONFIG, QUERY_SECONDS],
      useFactory: (c: Config, querySeconds: number) =>
        new TenantPool({
          ...common,
          connectionString: c.DATABASE_URL_APP,
          max: c.PELLUCID_DB_POOL,
          prepare: c.PELLUCID_DB_PREPARE,
          queryTimeoutMs: Math.round(querySeconds * 1000),
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
    { provide: DelayedWrites, inject: [LOGGER], useFactory: (logger: Logger) => new DelayedWrites(logger) },
    TransactionWatch,
    Pools,
  ],
  exports: [TenantPool, PlatformPool, UnitOfWorkFactory, DelayedWrites, TransactionWatch],
})
export class DatabaseModule {
  static forWorker(): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        { provide: QUERY_SECONDS, inject: [CONFIG], useFactory: (c: Config) => c.PELLUCID_JOB_QUERY_SECONDS },
      ],
    };
  }
}
