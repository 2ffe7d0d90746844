import { averageTenant } from '../db/average-tenant.js';
import { LruMap } from '@pellucid/conditions';
import { v7 as uuidv7 } from 'uuid';
import { newContext, runInContext, type WorkContext } from '../context/index.js';
import { CommitError, type UnitOfWork, type UnitOfWorkFactory } from '../db/index.js';
import { backoffMs, classifyError, CONSUMER_PREFIX, isOutage, TransientError } from '../jobs/index.js';
import { errorLine, type Logger, type Metrics } from '../observability/index.js';
import { type Consumer, type ConsumerContext, isSelective, type Wanted } from './consumer.js';
import type { EventDecryptor } from './event-decryptor.js';
import { EVENT_COLUMNS, type FeedEvent, toFeedEvent } from './feed-event.js';

/**
 * How a turn ended: there are more events, there are none, another worker has the turn, or it is to be retried later.
 */
export type TurnOutcome = { is: 'more' | 'caughtUp' | 'busy' } | { is: 'retry'; afterMs: number };

/** Number of events that a selective consumer scans at a time to find those it wants. */
const FILTER_SPAN = 1_000;

const CURSOR = 'insert into consumer_cursor (tenant_id, consumer) values ($1, $2) on conflict do nothing';

/*
 * The cursor's lock ensures that only one worker takes the turn; others skip it. The tenant of feed and log is a sub-select,
 * so that the planner counts on the events of an average tenant: for a constant that its statistics don't know yet, it counts
 * on one event, and then reads all events of the tenant for each event of the span.
 */
const SPAN = `
with cur as materialized (
  select position, failures, retry_at from consumer_cursor where tenant_id = $1 and consumer = $2 for update skip locked)
select cur.position as cursor, cur.failures,
       greatest(0, extract(epoch from cur.retry_at - now()) * 1000)::float8 as wait_ms, s.position, ${EVENT_COLUMNS}
from cur
left join lateral (
  select f.position, f.event_id from feed f
  where f.tenant_id = ${averageTenant('$1')} and f.position > cur.position order by f.position limit $3) s on true
left join record_event e on e.tenant_id = ${averageTenant('$1')} and e.id = s.event_id
  and ($4::text[] is null or e.object = any($4)) and ($5::text[] is null or e.verb = any($5))
order by s.position`;

const ADVANCE = `update consumer_cursor set position = $3, failures = 0, last_error = null, retry_at = null, updated_at = now()
  where tenant_id = $1 and consumer = $2`;

/** Marks an error as the handler's, with the events it was given. */
class HandlingError extends Error {
  override name = 'HandlingError';
  constructor(
    override readonly cause: unknown,
    readonly events: FeedEvent[],
    readonly cursor: string,
    readonly spanEnd: number,
  ) {
    super('a consumer failed');
  }
}

/** Maximum number of consumers of tenants remembered as careful. One that is forgotten fails its batch once more. */
const MAX_CAREFUL = 10_000;

/** Delivers events to consumers, one batch per turn. The effect and the cursor commit together. */
export class ConsumerRunner {
  /**
   * After a batch failed, its events are handled one by one up to the batch's end, so that only the faulty one becomes
   * a dead letter. Kept in memory: another worker finds out on its own.
   */
  private readonly careful = new LruMap<string, number>(MAX_CAREFUL);
  private readonly handled;

  /** @param prepare readies the tenant's snapshot: what a transaction reads of it is not kept for the next turn */
  constructor(
    private readonly work: UnitOfWorkFactory,
    private readonly decryptor: EventDecryptor,
    private readonly logger: Logger,
    metrics: Metrics,
    private readonly prepare: () => Promise<void> = async () => {},
  ) {
    this.handled = metrics.counter('pellucid_consumer_events_total', 'Events by consumer and outcome', [
      'consumer',
      'outcome',
    ]);
  }

  /** Handles one batch of one tenant. @throws only when the database is not reachable */
  async turn(tenantId: string, consumer: Consumer): Promise<TurnOutcome> {
    try {
      return await this.inTransaction(tenantId, consumer);
    } catch (error) {
      if (!(error instanceof HandlingError)) throw error;
      return await this.afterFailure(tenantId, consumer, error);
    }
  }

  /**
   * Hands one event to the consumer again, inside the caller's unit of work.
   * @returns false when it no longer exists
   */
  async replay(consumer: Consumer, eventId: string, position: number, uow: UnitOfWork): Promise<boolean> {
    const [row] = await uow.run({
      text: `select ${position}::bigint as position, ${EVENT_COLUMNS} from record_event e where e.tenant_id = $1 and e.id = $2`,
      values: [uow.tenantId, eventId],
    });
    if (!row) return false;
    await this.handleGroup(consumer, [toFeedEvent(row)], uow, true);
    return true;
  }

  private inTransaction(tenantId: string, consumer: Consumer): Promise<TurnOutcome> {
    const key = `${tenantId}/${consumer.name}`;
    const most = this.careful.get(key) !== undefined ? 1 : consumer.batchSize;
    const span = isSelective(consumer) ? Math.max(FILTER_SPAN, most) : most;
    const values = [tenantId, consumer.name];
    const context = newContext({
      tenantId,
      correlationId: uuidv7(),
      cause: { kind: 'system', id: null },
      route: `consumer ${consumer.name}`,
    });
    return runInContext(context, async () => {
      await this.prepare();
      return this.work.run(
        async (uow, [, rows]): Promise<TurnOutcome> => {
          const first = rows?.[0];
          if (!first) return { is: 'busy' };
          if (first.wait_ms > 0) return { is: 'retry', afterMs: first.wait_ms };
          if (first.position === null) return { is: 'caughtUp' };
          const isCareful = Number(first.position) <= (this.careful.get(key) ?? 0) || first.failures > 0;
          const limit = isCareful ? 1 : consumer.batchSize;
          const wanted = rows!
            .filter((row) => row.id && !row.suppress?.includes(consumer.name))
            .map(toFeedEvent);
          const events = wanted.slice(0, limit);
          const end = wanted.length > limit ? events.at(-1)!.position : Number(rows!.at(-1).position);
          await this.handle(consumer, events, uow, String(first.cursor), end, [...values, end]);
          if (end >= (this.careful.get(key) ?? Number.POSITIVE_INFINITY)) this.careful.delete(key);
          this.handled.inc({ consumer: consumer.name, outcome: 'handled' }, events.length);
          return { is: rows!.length === span || wanted.length > limit ? 'more' : 'caughtUp' };
        },
        [
          { text: CURSOR, values },
          { text: SPAN, values: [...values, span, names(consumer.objects), names(consumer.verbs)] },
        ],
      );
    });
  }

  private async handle(
    consumer: Consumer,
    events: FeedEvent[],
    uow: UnitOfWork,
    cursor: string,
    end: number,
    advance: unknown[],
  ): Promise<void> {
    try {
      for (const group of consumer.grouping === 'batch' ? [events] : groupByCorrelation(events)) {
        if (group.length > 0) await this.handleGroup(consumer, group, uow, false);
      }
      await uow.commitWith([{ text: ADVANCE, values: advance }]);
    } catch (error) {
      // Deferred constraints, and statement errors that the handler swallowed, surface at the commit.
      if (events.length === 0 || (isOutage(error) && !(error instanceof CommitError))) throw error;
      throw new HandlingError(error, events, cursor, end);
    }
  }

  private async handleGroup(
    consumer: Consumer,
    group: FeedEvent[],
    uow: UnitOfWork,
    isReplay: boolean,
  ): Promise<void> {
    const isUniform = groupByCorrelation(group).length === 1;
    const context = isUniform
      ? eventContext(group[0]!, consumer)
      : {
          ...eventContext(group[0]!, consumer),
          correlationId: uuidv7(),
          depth: Math.max(...group.map((e) => e.depth)) + 1,
        };
    const given: ConsumerContext = {
      within: (event, fn) => runInContext(eventContext(event, consumer), fn),
      decrypt: (events) => this.decryptor.decrypt(events, uow),
      isReplay,
    };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const message = `consumer ${consumer.name} took longer than ${consumer.timeoutMs} ms`;
      timer = setTimeout(() => reject(new TransientError(message)), consumer.timeoutMs);
    });
    try {
      await Promise.race([runInContext(context, () => consumer.handle(group, uow, given)), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async afterFailure(
    tenantId: string,
    consumer: Consumer,
    failure: HandlingError,
  ): Promise<TurnOutcome> {
    const key = `${tenantId}/${consumer.name}`;
    if (failure.events.length > 1) {
      this.careful.set(key, failure.spanEnd);
      this.logger.warn(
        { consumer: consumer.name, tenantId, events: failure.events.length, err: failure.cause },
        'a consumer failed with a batch of events, which are now handled one by one',
      );
      return { is: 'more' };
    }
    const event = failure.events[0]!;
    const kind = classifyError(failure.cause);
    const line = errorLine(failure.cause);
    return runInContext(eventContext(event, consumer), () =>
      this.work.run(async (uow): Promise<TurnOutcome> => {
        const [, [cursor]] = (await uow.together([
          // A cursor's first turn was rolled back together with the cursor.
          { text: CURSOR, values: [tenantId, consumer.name] },
          {
            text: `select failures from consumer_cursor
                   where tenant_id = $1 and consumer = $2 and position = $3 for update skip locked`,
            values: [tenantId, consumer.name, failure.cursor],
          },
        ])) as [any[], any[]];
        if (!cursor) return { is: 'busy' };
        const failures = cursor.failures + 1;
        const about = { consumer: consumer.name, eventId: event.id, failures, err: failure.cause };
        if (kind === 'permanent' || failures >= consumer.attempts) {
          await this.bury(
            uow,
            consumer,
            event,
            kind === 'permanent' ? 'permanent' : 'poison',
            line,
            failures,
          );
          this.handled.inc({ consumer: consumer.name, outcome: 'dead' });
          this.logger.error(about, 'an event became a dead letter');
          return { is: 'more' };
        }
        const wait = backoffMs(consumer.backoff, failures);
        await uow.run({
          text: `update consumer_cursor set failures = $3, last_error = $4, updated_at = now(),
                   retry_at = now() + $5 * interval '1 millisecond' where tenant_id = $1 and consumer = $2`,
          values: [tenantId, consumer.name, failures, line, wait],
        });
        this.handled.inc({ consumer: consumer.name, outcome: 'failed' });
        this.logger.warn({ ...about, retryInMs: wait }, 'a consumer failed, will retry');
        return { is: 'retry', afterMs: wait };
      }),
    );
  }

  /** Commits the dead letter together with moving the cursor past the event. */
  private async bury(
    uow: UnitOfWork,
    consumer: Consumer,
    event: FeedEvent,
    errorClass: string,
    line: string,
    failures: number,
  ): Promise<void> {
    const runAs = { actor: { kind: 'system', id: null }, memberId: null, identityId: null, cause: null };
    const chain = { causationId: event.id, depth: event.depth + 1, suppress: event.suppress };
    const envelope = { data: { eventId: event.id, position: event.position }, runAs: { ...runAs, ...chain } };
    await uow.together([
      {
        text: `insert into job (tenant_id, id, name, payload, state, attempts, error_class, last_error, idempotency_key,
                 correlation_id, finished_at)
               values ($1, $2, $3, $4::jsonb, 'dead', $5, $6, $7, $8, $9, now()) on conflict do nothing`,
        values: [
          event.tenantId,
          uuidv7(),
          CONSUMER_PREFIX + consumer.name,
          JSON.stringify(envelope),
          failures,
          errorClass,
          line,
          event.id,
          event.correlationId,
        ],
      },
      { text: ADVANCE, values: [event.tenantId, consumer.name, event.position] },
    ]);
  }
}

/** The names as a parameter of {@link SPAN}: null for all. */
const names = (wanted: Wanted) => (wanted === '*' ? null : wanted);

function eventContext(event: FeedEvent, consumer: Consumer): WorkContext {
  return newContext({
    tenantId: event.tenantId,
    correlationId: event.correlationId,
    causationId: event.id,
    cause: { kind: 'system', id: null },
    depth: event.depth + 1,
    suppress: event.suppress,
    route: `consumer ${consumer.name}`,
  });
}

/** Splits events into runs of consecutive ones whose context is the same except for the causing event. */
function groupByCorrelation(events: FeedEvent[]): FeedEvent[][] {
  const groups: FeedEvent[][] = [];
  let last = '';
  for (const event of events) {
    const key = JSON.stringify([event.correlationId, event.depth, event.suppress]);
    if (key === last) groups.at(-1)!.push(event);
    else groups.push([event]);
    last = key;
  }
  return groups;
}
