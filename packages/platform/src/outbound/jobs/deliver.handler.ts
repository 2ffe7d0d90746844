import { Inject } from '@nestjs/common';
import { UnitOfWorkFactory } from '../../db/index.js';
import {
  type Backoff,
  backoffMs,
  classifyError,
  isOutage,
  JobHandler,
  type JobHandling,
  type JobPayload,
  JobQueue,
  type JobRun,
  UncertainError,
} from '../../jobs/index.js';
import { errorLine, errorReason, LOGGER, type Logger, Metrics } from '../../observability/index.js';
import { OutboundChannels } from '../outbound-channel.js';
import { OutboundComposers, Postponed } from '../outbound-kind.js';
import {
  type AttemptEnd,
  type Claim,
  OutboundRepository,
  type StoredMessage,
} from '../outbound.repository.js';
import { deliverJob } from './deliver.job.js';

/** Timing of attempts. The defaults suit production; tests shorten them. */
export interface OutboundTimes {
  /** An attempt that hasn't ended after this time was cut off. Longer than a channel may take. */
  leaseMs: number;
  /** Milliseconds between looks for attempts that were cut off. */
  sweepMs: number;
  backoff: Backoff;
  /** Attempts until a message has failed. */
  attempts: number;
}

/** About three hours of attempts. */
export const DEFAULT_OUTBOUND_TIMES: OutboundTimes = {
  leaseMs: 90_000,
  sweepMs: 10_000,
  backoff: { firstMs: 30_000, maxMs: 3_600_000 },
  attempts: 9,
};
/** @internal */
export const OUTBOUND_TIMES = Symbol('OutboundTimes');

type Composed = { content: unknown } | { error: unknown };

/** Begins the reason of a message that could not be made, so nobody looks for the mistake in the mail server. */
const NOT_MADE = 'notMade';

/**
 * Makes a message, claims it, sends it, and records how that ended. The claim is committed before anything is sent: whoever
 * finds it later without an end doesn't know whether the message left.
 */
@JobHandler(deliverJob)
export class DeliverHandler implements JobHandling<typeof deliverJob> {
  private readonly attempts;

  constructor(
    @Inject(OutboundRepository) private readonly repository: OutboundRepository,
    @Inject(OutboundComposers) private readonly composers: OutboundComposers,
    @Inject(OutboundChannels) private readonly channels: OutboundChannels,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(JobQueue) private readonly queue: JobQueue,
    @Inject(OUTBOUND_TIMES) private readonly times: OutboundTimes,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(Metrics) metrics: Metrics,
  ) {
    this.attempts = metrics.counter(
      'pellucid_outbound_attempts_total',
      'Attempts at sending messages, by channel and outcome',
      ['channel', 'outcome'],
    );
  }

  async handle({ messageId }: JobPayload<typeof deliverJob>, run: JobRun): Promise<void> {
    const message = await this.repository.find(messageId);
    if (message?.state !== 'pending') return;
    const composed = await this.compose(message);
    run.signal.throwIfAborted();
    if ('content' in composed && composed.content instanceof Postponed)
      return this.postpone(messageId, composed.content.until);
    const claim = await this.work.run((uow) => this.repository.claim(uow, messageId, this.times.leaseMs));
    if (!claim) return;
    const end = await this.end(message, composed, claim);
    this.attempts.inc({ channel: message.channel, outcome: end.outcome });
    await this.work.run(async (uow) => {
      const isSettled = await this.repository.settle(uow, claim, end);
      if (isSettled && end.outcome === 'retry')
        await this.queue.enqueue(uow, deliverJob, { messageId }, { runAt: new Date(Date.now() + end.inMs) });
    });
  }

  /** Of several attempts that find so at once, one makes the next. */
  private async postpone(messageId: string, until: Date): Promise<void> {
    await this.work.run(async (uow) => {
      if (await this.repository.postpone(uow, messageId, until))
        await this.queue.enqueue(uow, deliverJob, { messageId }, { runAt: until });
    });
  }

  /** @throws when the database is not reachable, which is no fault of the message */
  private async compose(message: StoredMessage): Promise<Composed> {
    try {
      const found = this.composers.find(message.kind);
      if (!found) throw new Error(`no composer for ${message.kind}`);
      return { content: await found.compose(found.kind.schema.parse(message.reference), message) };
    } catch (error) {
      if (isOutage(error)) throw error;
      return { error };
    }
  }

  private async end(message: StoredMessage, composed: Composed, claim: Claim): Promise<AttemptEnd> {
    try {
      if ('error' in composed) throw composed.error;
      if (composed.content === null) return { outcome: 'dropped' };
      await this.channels.get(message.channel).send(composed.content, message.id);
      return { outcome: 'sent' };
    } catch (error) {
      const about = { messageId: message.id, kind: message.kind, attempt: claim.number, err: error };
      const described = errorReason(errorLine(error));
      const reason = 'error' in composed ? `${NOT_MADE}: ${described}` : described;
      if (error instanceof UncertainError) {
        this.logger.error(about, 'it is unknown whether a message left');
        return { outcome: 'unknown', reason };
      }
      if (classifyError(error) === 'permanent' || claim.counted >= this.times.attempts) {
        this.logger.error(about, 'a message could not be sent');
        return { outcome: 'failed', reason };
      }
      const inMs = backoffMs(this.times.backoff, claim.counted);
      this.logger.warn({ ...about, retryInMs: inMs }, 'a message could not be sent, will retry');
      return { outcome: 'retry', reason, inMs };
    }
  }
}
