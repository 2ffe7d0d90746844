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
import { PlatformPool, TenantPool } from '../db/index.js';
import { JobQueue, Schedules, Ticker } from '../jobs/index.js';
import { MailModule, MailPort } from '../mail/index.js';
import { LOGGER, type Logger } from '../observability/index.js';
import {
  DEFAULT_OUTBOUND_TIMES,
  DeliverHandler,
  OUTBOUND_TIMES,
  type OutboundTimes,
} from './jobs/deliver.handler.js';
import { MailChannel } from './mail-channel.js';
import { Outbound } from './outbound.js';
import { OutboundChannels } from './outbound-channel.js';
import { OutboundComposers } from './outbound-kind.js';
import { markCutOff, OutboundRepository, purgeMessages } from './outbound.repository.js';
import { Undelivered } from './undelivered.js';

const SENT_KEPT_DAYS = 90;

/** Looks for attempts that were cut off. Several workers at the same time do no harm. */
@Injectable()
class OutboundSweep implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly ticker: Ticker;

  constructor(
    @Inject(PlatformPool) platform: PlatformPool,
    @Inject(OutboundComposers) private readonly composers: OutboundComposers,
    @Inject(Schedules) schedules: Schedules,
    @Inject(LOGGER) logger: Logger,
    @Inject(OUTBOUND_TIMES) { sweepMs }: OutboundTimes,
  ) {
    this.ticker = new Ticker(
      'outbound sweep',
      sweepMs,
      async () => {
        const count = await markCutOff(platform);
        if (count > 0) logger.error({ count }, 'it is unknown whether messages left: their workers died');
      },
      logger,
    );
    schedules.every('purge-outbound', { cron: '53 3 * * *', tz: 'UTC' }, async () => {
      await purgeMessages(platform, SENT_KEPT_DAYS);
    });
  }

  onApplicationBootstrap(): void {
    this.composers.check();
    this.ticker.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.ticker.stop();
  }
}

const forBoth: Provider[] = [
  {
    provide: OutboundRepository,
    inject: [TenantPool],
    useFactory: (pool: TenantPool) => new OutboundRepository(pool),
  },
  {
    provide: Outbound,
    inject: [JobQueue, OutboundRepository],
    useFactory: (queue: JobQueue, repository: OutboundRepository) => new Outbound(queue, repository),
  },
  {
    provide: Undelivered,
    inject: [TenantPool, JobQueue],
    useFactory: (pool: TenantPool, queue: JobQueue) => new Undelivered(pool, queue),
  },
];

/** Provides what leaves the product. Needs the JobsModule. */
@Global()
@Module({})
export class OutboundModule {
  /** Accepts messages but sends none. */
  static forApi(): DynamicModule {
    return { module: OutboundModule, providers: forBoth, exports: [Outbound, Undelivered] };
  }

  /** Accepts messages and sends them. Start-up fails unless each kind of message has a composer. */
  static forWorker(times: Partial<OutboundTimes> = {}): DynamicModule {
    return {
      module: OutboundModule,
      imports: [MailModule],
      providers: [
        ...forBoth,
        OutboundComposers,
        {
          provide: OutboundChannels,
          inject: [MailPort],
          useFactory: (mail: MailPort) => {
            const channels = new OutboundChannels();
            channels.register(new MailChannel(mail));
            return channels;
          },
        },
        { provide: OUTBOUND_TIMES, useValue: { ...DEFAULT_OUTBOUND_TIMES, ...times } },
        DeliverHandler,
        OutboundSweep,
      ],
      exports: [Outbound, Undelivered, OutboundComposers, OutboundChannels],
    };
  }
}
