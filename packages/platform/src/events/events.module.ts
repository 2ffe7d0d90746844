import {
  type DynamicModule,
  Global,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type Provider,
} from '@nestjs/common';
import { AccessDirectory, readySnapshot } from '../access/index.js';
import { CONFIG, type Config } from '../config/index.js';
import { MasterKeys } from '../crypto/index.js';
import { PlatformPool, TenantPool, UnitOfWorkFactory } from '../db/index.js';
import {
  JobHandlerRegistry,
  JobRunner,
  PermanentError,
  Schedules,
  WakeQueue,
  WORKER_TIMES,
  type WorkerTimes,
} from '../jobs/index.js';
import { LOGGER, type Logger, Metrics } from '../observability/index.js';
import { type Consumer, consumerJob, ConsumerRegistry } from './consumer.js';
import { registerConsumers } from './consumer-birth.js';
import { ConsumerRunner } from './consumer-runner.js';
import { ConsumerScheduler } from './consumer-scheduler.js';
import { EventDecryptor } from './event-decryptor.js';
import { registerEventMetrics } from './event-metrics.js';
import { FeedFollower } from './feed-follower.js';
import { FeedRetention } from './feed-retention.js';
import { ensurePartitions } from './partitions.js';
import { Relay } from './relay.js';

@Injectable()
class EventMetrics {
  constructor(@Inject(Metrics) metrics: Metrics, @Inject(PlatformPool) platform: PlatformPool) {
    registerEventMetrics(metrics, platform);
  }
}

@Injectable()
class EventLoop implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly scheduler: ConsumerScheduler;
  private readonly runner: ConsumerRunner;
  private readonly relay: Relay;

  constructor(
    @Inject(CONFIG) config: Config,
    @Inject(ConsumerRegistry) private readonly registry: ConsumerRegistry,
    @Inject(PlatformPool) private readonly platform: PlatformPool,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(WakeQueue) wakes: WakeQueue,
    @Inject(JobHandlerRegistry) private readonly jobs: JobHandlerRegistry,
    @Inject(Schedules) schedules: Schedules,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Metrics) metrics: Metrics,
    @Inject(WORKER_TIMES) { sweepMs }: WorkerTimes,
    @Inject(FeedRetention) retention: FeedRetention,
    @Inject(EventDecryptor) decryptor: EventDecryptor,
    @Inject(JobRunner) runningJobs: JobRunner,
    @Inject(AccessDirectory) access: AccessDirectory,
  ) {
    this.runner = new ConsumerRunner(work, decryptor, logger, metrics, () => readySnapshot(access));
    this.scheduler = new ConsumerScheduler(registry, this.runner, platform, wakes, logger, {
      concurrency: config.PELLUCID_WORKER_CONCURRENCY,
      sweepMs,
      isAtWork: (tenantId) => runningJobs.isAtWork(tenantId),
    });
    this.relay = new Relay(
      {
        connectionString: config.DATABASE_URL_DIRECT ?? config.DATABASE_URL_PLATFORM,
        onPlaced: (placements) => this.scheduler.placed(placements),
        onRole: (isWriter) =>
          logger.info(isWriter ? 'this worker is the relay' : 'this worker is no longer the relay'),
      },
      logger,
    );
    schedules.every('event-partitions', { cron: '41 2 * * *', tz: 'UTC' }, async () => {
      await ensurePartitions(platform);
      await registerConsumers(platform, registry.all());
    });
    schedules.every('purge-feeds', { cron: '29 3 * * *', tz: 'UTC' }, async () => {
      const places = await retention.purge(config.PELLUCID_FEED_DAYS);
      if (places > 0) logger.info({ places }, 'old places were taken out of the feeds');
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await ensurePartitions(this.platform);
    await registerConsumers(this.platform, this.registry.all());
    for (const consumer of this.registry.all()) this.takeReplays(consumer);
    this.scheduler.start();
    this.relay.start();
    this.logger.info({ consumers: this.registry.all().map(({ name }) => name) }, 'consumers are running');
  }

  async onModuleDestroy(): Promise<void> {
    await this.relay.stop();
    await this.scheduler.stop();
  }

  /** Dead letters are jobs: replaying one delivers the event again and completes the job in one transaction. */
  private takeReplays(consumer: Consumer): void {
    this.jobs.register(consumerJob(consumer.name), {
      handle: ({ eventId, position }, run) =>
        this.work.run(async (uow) => {
          const isThere = await this.runner.replay(consumer, eventId, position, uow);
          if (!isThere) throw new PermanentError('the event is no longer in the log');
          await run.completeIn(uow);
        }),
    });
  }
}

const decryption: Provider = {
  provide: EventDecryptor,
  inject: [CONFIG],
  useFactory: (config: Config) => new EventDecryptor(MasterKeys.of(config)),
};

const following: Provider = {
  provide: FeedFollower,
  inject: [CONFIG, TenantPool, PlatformPool, LOGGER],
  useFactory: (config: Config, pool: TenantPool, platform: PlatformPool, logger: Logger) =>
    new FeedFollower(
      { connectionString: config.DATABASE_URL_DIRECT ?? config.DATABASE_URL_PLATFORM },
      pool,
      platform,
      logger,
    ),
};

/** Relay and consumers. Needs the DatabaseModule, the ObservabilityModule and, in the worker, JobsModule.forWorker(). */
@Global()
@Module({})
export class EventsModule {
  /** Provides the metrics of the feed, the decryption of events, and the follower of feeds. */
  static forApi(): DynamicModule {
    return {
      module: EventsModule,
      providers: [EventMetrics, decryption, following],
      exports: [EventDecryptor, FeedFollower],
    };
  }

  /**
   * Provides relay, consumers and partition upkeep. Modules inject {@link ConsumerRegistry} and register in
   * `onModuleInit`.
   */
  static forWorker(): DynamicModule {
    return {
      module: EventsModule,
      providers: [
        ConsumerRegistry,
        decryption,
        {
          provide: FeedRetention,
          inject: [PlatformPool],
          useFactory: (platform: PlatformPool) => new FeedRetention(platform),
        },
        EventMetrics,
        EventLoop,
      ],
      exports: [ConsumerRegistry, EventDecryptor, FeedRetention],
    };
  }
}
