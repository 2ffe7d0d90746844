import type { UnitOfWork } from '../db/index.js';
import { type Backoff, CONSUMER_PREFIX, jobContract, type JobContract } from '../jobs/index.js';
import { z } from 'zod';
import type { DecryptedEvent } from './event-decryptor.js';
import type { FeedEvent } from './feed-event.js';
import type { EventKind } from './relay.js';

/** Names of objects or verbs, or all of them. */
export type Wanted = readonly string[] | '*';

/** The declaration of a consumer. */
export interface ConsumerDefinition {
  /** Kebab-case, must never change: cursors and the `suppress` flags of events refer to it. */
  name: string;
  /** Objects whose events it wants, or `*` for all. It is woken for no others. */
  objects: Wanted;
  /** Verbs of the events it wants (`created`, `updated`, …), or `*` for all. */
  verbs: Wanted;
  /** Events per transaction, 100 by default. */
  batchSize?: number;
  /**
   * Where a consumer starts on feeds older than itself: `beginning` (default) at the oldest position that is kept
   * (PELLUCID_FEED_DAYS), `head` after the existing events.
   */
  startAt?: 'beginning' | 'head';
  /**
   * `correlation` (default): `handle` is called once for each run of consecutive events with the same correlation,
   * depth and suppress flags, so the bound context is right for everything it writes. `batch`: one call for the whole
   * batch, for consumers that coalesce; what these write has a correlation of its own unless they use {@link
   * ConsumerContext.within}.
   */
  grouping?: 'correlation' | 'batch';
  /** Attempts at an event before it becomes a dead letter, 5 by default. Outages do not count. */
  attempts?: number;
  backoff?: Backoff;
  /** Timeout for one call of `handle` in milliseconds, 60 s by default. */
  timeoutMs?: number;
  /**
   * Produces the effect inside the unit of work, which commits together with the cursor: each event takes effect
   * exactly once. Bound context: the events' tenant, actor `system`, cause `system`, their correlation, causation = the
   * first event's id, depth + 1. For effects outside of the database, enqueue a job here.
   */
  handle(events: FeedEvent[], uow: UnitOfWork, context: ConsumerContext): Promise<void>;
}

/** What a handler receives in addition to its events. */
export interface ConsumerContext {
  /** Runs the function in the context of this event: its correlation, causation = its id, its depth + 1. */
  within<T>(event: FeedEvent, fn: () => Promise<T>): Promise<T>;
  /** Returns the events with their personal values; those of erased records are marked as erased. One round trip. */
  decrypt(events: FeedEvent[]): Promise<DecryptedEvent[]>;
  /** Whether this is a dead letter that somebody replays. */
  isReplay: boolean;
}

/** A consumer with its defaults filled in. */
export type Consumer = Required<ConsumerDefinition>;

/** Whether the consumer wants events of this object and verb. */
export function wants({ objects, verbs }: Consumer, { object, verb }: EventKind): boolean {
  return (objects === '*' || objects.includes(object)) && (verbs === '*' || verbs.includes(verb));
}

/** Whether the consumer wants only some events. */
export const isSelective = ({ objects, verbs }: Consumer) => objects !== '*' || verbs !== '*';

/** Job contract of a consumer's dead letters: replaying one hands the event to the consumer again. */
export const consumerJob = (name: string): JobContract<typeof deadEvent> =>
  jobContract({ name: CONSUMER_PREFIX + name, schema: deadEvent, attempts: 1, timeoutMs: 120_000 });

const deadEvent = z.object({ eventId: z.uuid(), position: z.number() });

/** The consumers of this process. Modules register theirs before the application starts. */
export class ConsumerRegistry {
  private readonly consumers = new Map<string, Consumer>();

  /** Adds a consumer. @throws Error when the name is malformed or already taken, or it wants no events */
  register(definition: ConsumerDefinition): void {
    const { name, objects, verbs } = definition;
    if (objects.length === 0 || verbs.length === 0)
      throw new Error(`the consumer "${name}" wants no events: name objects and verbs, or write '*'`);
    if (!/^[a-z][a-z0-9-]*$/.test(name)) throw new Error(`"${name}" is no consumer name: write kebab-case`);
    if (this.consumers.has(name)) throw new Error(`two consumers are named "${name}": rename one`);
    this.consumers.set(name, {
      batchSize: 100,
      startAt: 'beginning',
      grouping: 'correlation',
      attempts: 5,
      backoff: { firstMs: 500, maxMs: 300_000 },
      timeoutMs: 60_000,
      ...definition,
      // A definition may be an instance of a class.
      handle: definition.handle.bind(definition),
    });
  }

  all(): Consumer[] {
    return [...this.consumers.values()];
  }

  find(name: string): Consumer | undefined {
    return this.consumers.get(name);
  }
}
