import {
  type DynamicModule,
  Global,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type Provider,
} from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, Reflector } from '@nestjs/core';
import { AccessDirectory, readySnapshot } from '../access/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { PlatformPool, TenantPool, UnitOfWorkFactory } from '../db/index.js';
import { LOGGER, type Logger, Metrics } from '../observability/index.js';
import { BulkJobEnds, BulkJobRunner, BulkJobs, BulkJobsRepository } from './bulk-jobs/index.js';
import { DeadLetters } from './dead-letters.js';
import { JobBatches } from './job-batches.js';
import { definedJobs, type JobContract } from './job-contract.js';
import { JOB_HANDLER, JobHandlerRegistry } from './job-handler.js';
import { registerJobMetrics } from './job-metrics.js';
import { JobQueue } from './job-queue.js';
import { type LeaseTimes, JobRunner } from './job-runner.js';
import { JobSweeper } from './job-sweeper.js';
import { JobsService } from './jobs.service.js';
import { purgeIdempotency, purgeJobs, purgeKeyUsage } from './retention.js';
import { Schedules } from './schedules.js';
import { WakeQueue } from './wake-queue.js';

/** Timing of a worker. The defaults suit production; tests shorten them. */
export interface WorkerTimes extends LeaseTimes {
  /** Milliseconds between sweeps for lost wake-ups and dead workers. */
  sweepMs: number;
}

const DEFAULT_TIMES: WorkerTimes = { leaseMs: 30_000, heartbeatMs: 3_000, sweepMs: 2_000 };
/** @internal */
export const WORKER_TIMES = Symbol('WorkerTimes');

@Injectable()
class QueueConnection implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(WakeQueue) private readonly wakes: WakeQueue,
    @Inject(PlatformPool) platform: PlatformPool,
    @Inject(Metrics) metrics: Metrics,
  ) {
    registerJobMetrics(metrics, platform);
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.wakes.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.wakes.close();
  }
}

@Injectable()
class WorkerLoop implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(WakeQueue) private readonly wakes: WakeQueue,
    @Inject(JobRunner) private readonly runner: JobRunner,
    @Inject(JobSweeper) private readonly sweeper: JobSweeper,
    @Inject(Schedules) private readonly schedules: Schedules,
    @Inject(JobHandlerRegistry) private readonly handlers: JobHandlerRegistry,
    @Inject(PlatformPool) private readonly platform: PlatformPool,
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {
    const nightly = { cron: '17 3 * * *', tz: 'UTC' };
    this.schedules.every('purge-idempotency', { everyMs: 3_600_000 }, async () => {
      await purgeIdempotency(this.platform);
    });
    this.schedules.every('purge-jobs', nightly, async () => {
      await purgeJobs(this.platform);
    });
    this.schedules.every('purge-api-key-usage', nightly, async () => {
      await purgeKeyUsage(this.platform);
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    for (const { instance, metatype } of this.discovery.getProviders()) {
      if (!instance || typeof metatype !== 'function') continue;
      const contract = this.reflector.get<JobContract | undefined>(JOB_HANDLER, metatype);
      if (contract) this.handlers.register(contract, instance);
    }
    this.handlers.check(definedJobs());
    this.wakes.on<{ tenantId: string; jobId: string }>('job', ({ tenantId, jobId }) =>
      this.runner.run(tenantId, jobId),
    );
    this.schedules.start();
    this.sweeper.start();
    this.wakes.start(this.config.PELLUCID_WORKER_CONCURRENCY);
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.sweeper.stop(), this.schedules.stop(), this.runner.close()]);
    await this.wakes.stopReceiving();
  }
}

const forBoth: Provider[] = [
  {
    provide: WakeQueue,
    inject: [CONFIG, LOGGER],
    useFactory: (config: Config, logger: Logger) => new WakeQueue(config, logger),
  },
  { provide: JobQueue, inject: [WakeQueue], useFactory: (wakes: WakeQueue) => new JobQueue(wakes) },
  {
    provide: JobsService,
    inject: [UnitOfWorkFactory],
    useFactory: (work: UnitOfWorkFactory) => new JobsService(work),
  },
  {
    provide: DeadLetters,
    inject: [TenantPool, WakeQueue],
    useFactory: (pool: TenantPool, wakes: WakeQueue) => new DeadLetters(pool, wakes),
  },
  {
    provide: BulkJobsRepository,
    inject: [TenantPool],
    useFactory: (pool: TenantPool) => new BulkJobsRepository(pool),
  },
  {
    provide: BulkJobs,
    inject: [JobQueue, UnitOfWorkFactory, AccessDirectory, BulkJobsRepository],
    useFactory: (...parts: ConstructorParameters<typeof BulkJobs>) => new BulkJobs(...parts),
  },
  QueueConnection,
];

/** Provides the job queue. Needs CONFIG, the DatabaseModule and the ObservabilityModule. */
@Global()
@Module({})
export class JobsModule {
  /** Enqueues jobs but runs none. */
  static forApi(): DynamicModule {
    return {
      module: JobsModule,
      providers: forBoth,
      exports: [WakeQueue, JobQueue, JobsService, DeadLetters, BulkJobs, BulkJobsRepository],
    };
  }

  /**
   * Enqueues jobs and runs them. Start-up fails with a {@link JobHandlerError} unless each contract of the process has
   * exactly one handler.
   */
  static forWorker(times: Partial<WorkerTimes> = {}): DynamicModule {
    return {
      module: JobsModule,
      imports: [DiscoveryModule],
      providers: [
        ...forBoth,
        JobHandlerRegistry,
        {
          provide: JobBatches,
          inject: [UnitOfWorkFactory, AccessDirectory],
          useFactory: (units: UnitOfWorkFactory, access: AccessDirectory) =>
            new JobBatches(units, () => readySnapshot(access)),
        },
        {
          provide: BulkJobRunner,
          inject: [JobBatches, BulkJobsRepository, BulkJobEnds],
          useFactory: (batches: JobBatches, repository: BulkJobsRepository, ends: BulkJobEnds) =>
            new BulkJobRunner(batches, repository, ends),
        },
        BulkJobEnds,
        { provide: WORKER_TIMES, useValue: { ...DEFAULT_TIMES, ...times } },
        {
          provide: JobRunner,
          inject: [TenantPool, AccessDirectory, JobHandlerRegistry, WakeQueue, LOGGER, Metrics, WORKER_TIMES],
          useFactory: (
            ...[pool, access, handlers, wakes, logger, metrics, workerTimes]: ConstructorParameters<
              typeof JobRunner
            >
          ) => new JobRunner(pool, access, handlers, wakes, logger, metrics, workerTimes),
        },
        {
          provide: JobSweeper,
          inject: [PlatformPool, WakeQueue, JobRunner, JobHandlerRegistry, LOGGER, CONFIG, WORKER_TIMES],
          useFactory: (
            platform: PlatformPool,
            wakes: WakeQueue,
            runner: JobRunner,
            handlers: JobHandlerRegistry,
            logger: Logger,
            config: Config,
            { sweepMs }: WorkerTimes,
          ) =>
            new JobSweeper(
              platform,
              wakes,
              runner,
              handlers,
              logger,
              config.PELLUCID_WORKER_CONCURRENCY,
              sweepMs,
            ),
        },
        {
          provide: Schedules,
          inject: [WakeQueue, LOGGER],
          useFactory: (wakes: WakeQueue, logger: Logger) => new Schedules(wakes, logger),
        },
        WorkerLoop,
      ],
      exports: [
        WakeQueue,
        JobQueue,
        JobsService,
        DeadLetters,
        BulkJobs,
        BulkJobsRepository,
        BulkJobEnds,
        BulkJobRunner,
        JobBatches,
        JobHandlerRegistry,
        JobRunner,
        Schedules,
        WORKER_TIMES,
      ],
    };
  }
}
