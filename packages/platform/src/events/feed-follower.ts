import { averageTenant } from '../db/average-tenant.js';
import { v7 as uuidv7 } from 'uuid';
import { newContext, runInContext } from '../context/index.js';
import { EnduringClient, type PlatformPool, type TenantPool } from '../db/index.js';
import { Ticker } from '../jobs/index.js';
import type { Logger } from '../observability/index.js';
import { EVENT_COLUMNS, type FeedEvent, toFeedEvent } from './feed-event.js';
import { feedChannel, tenantOfChannel } from './feed-channel.js';

/**
 * Receives the events of a tenant, in the order of its feed. The follower reads on once the returned promise is settled, so
 * a long backlog stays in the database until somebody has dealt with it.
 */
export type FeedListener = (events: FeedEvent[]) => void | Promise<void>;

/** Connection and timing of a follower. */
export interface FollowerOptions {
  /** Address that bypasses any transaction pooler, because LISTEN belongs to the session. */
  connectionString: string;
  /** Milliseconds between checks for lost wake-ups and a lost connection; 2 s by default. */
  sweepMs?: number;
}

interface Followed {
  tenantId: string;
  /** Up to where its events have been delivered. */
  position: number;
  readonly listeners: Set<FeedListener>;
  /** Resolves once its wake-ups arrive and the position is known. */
  isReady: Promise<void>;
  isReading: boolean;
  /** Woken again while reading: the current read may have missed the events that arrived since. */
  isWokenAgain: boolean;
}

const SWEEP_MS = 2_000;
const BATCH = 500;

/* Positions whose event is missing are passed over. */
const READ = `
select f.position, ${EVENT_COLUMNS}
from (select position, event_id from feed where tenant_id = ${averageTenant('$1')} and position > $2 order by position limit ${BATCH}) f
left join record_event e on e.tenant_id = ${averageTenant('$1')} and e.id = f.event_id order by f.position`;

/* Positions are placed in order of time, so the newest suffice however long the feed is. */
const RECENT = `
select f.position, ${EVENT_COLUMNS}
from (select position, event_id, placed_at from feed where tenant_id = ${averageTenant('$1')} order by position desc limit $3) f
left join record_event e on e.tenant_id = ${averageTenant('$1')} and e.id = f.event_id
where f.placed_at > now() - $2 * interval '1 millisecond' order by f.position`;

/**
 * Follows the feeds of some tenants within one process, e.g. for live pages: each event reaches every follower, and no
 * consumer's cursor is moved. It starts at the head, keeps its place in memory only, and reads only the feeds that
 * somebody listens to. The relay wakes it through the database; it needs no queue.
 */
export class FeedFollower {
  private readonly followed = new Map<string, Followed>();
  private readonly sweeper: Ticker;
  private client: EnduringClient | null = null;
  private connecting: Promise<EnduringClient> | null = null;
  private isSweeping = false;
  private isStopped = false;

  constructor(
    private readonly options: FollowerOptions,
    private readonly pool: TenantPool,
    private readonly platform: PlatformPool,
    private readonly logger: Logger,
  ) {
    this.sweeper = new Ticker('feed follower', options.sweepMs ?? SWEEP_MS, () => this.sweep(), logger);
  }

  /**
   * Calls the listener with the events that are placed from now on; some from just before may be among them.
   * @returns a function that ends it
   * @throws when the database is not reachable, or after {@link stop}
   */
  async follow(tenantId: string, listener: FeedListener): Promise<() => void> {
    // A browser may still be on its way in while the process shuts down. Nobody would close the connection made for it.
    if (this.isStopped) throw new Error('the follower has stopped');
    let followed = this.followed.get(tenantId);
    if (!followed) {
      followed = this.newlyFollowed(tenantId);
      this.followed.set(tenantId, followed);
      if (!this.isSweeping) this.sweeper.start();
      this.isSweeping = true;
    }
    followed.listeners.add(listener);
    const end = () => {
      followed.listeners.delete(listener);
      if (followed.listeners.size === 0) this.forget(followed);
    };
    try {
      await followed.isReady;
    } catch (error) {
      end();
      throw error;
    }
    return end;
  }

  /**
   * Returns the events that were placed within the last milliseconds, in the order of the feed; undefined if there are more
   * than the limit.
   */
  async recent(tenantId: string, milliseconds: number, limit: number): Promise<FeedEvent[] | undefined> {
    const { rows } = await this.pool.query({ text: RECENT, values: [tenantId, milliseconds, limit + 1] });
    return rows.length > limit ? undefined : rows.filter(({ id }) => id !== null).map(toFeedEvent);
  }

  /** Ends with the process. */
  onModuleDestroy(): Promise<void> {
    return this.stop();
  }

  /** Ends all following, for good. */
  async stop(): Promise<void> {
    this.isStopped = true;
    for (const { listeners } of this.followed.values()) listeners.clear();
    this.followed.clear();
    await this.sweeper.stop();
    await this.connecting?.catch(() => {});
    await this.client?.end().catch(() => {});
    this.client = null;
  }

  private newlyFollowed(tenantId: string): Followed {
    const start = async () => {
      // Wake-ups first: nothing that is placed after the head was read is missed.
      const client = await this.connected();
      await client.query(`listen ${client.escapeIdentifier(feedChannel(tenantId))}`);
      const { rows } = await this.platform.query('select position from feed_head where tenant_id = $1', [
        tenantId,
      ]);
      followed.position = Number(rows[0]?.position ?? 0);
    };
    const followed: Followed = {
      tenantId,
      position: 0,
      listeners: new Set(),
      isReady: start(),
      isReading: false,
      isWokenAgain: false,
    };
    return followed;
  }

  private forget(followed: Followed): void {
    if (this.followed.get(followed.tenantId) !== followed) return;
    this.followed.delete(followed.tenantId);
    const { client } = this;
    client?.query(`unlisten ${client.escapeIdentifier(feedChannel(followed.tenantId))}`).catch(() => {});
  }

  /** Returns the connection on which wake-ups arrive, for every followed tenant. */
  private async connected(): Promise<EnduringClient> {
    if (this.client) return this.client;
    this.connecting ??= this.connect().finally(() => (this.connecting = null));
    return this.connecting;
  }

  private async connect(): Promise<EnduringClient> {
    const client = new EnduringClient({
      connectionString: this.options.connectionString,
      application_name: 'pellucid-feed-follower',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    client.on('notification', ({ channel }) => this.wake(tenantOfChannel(channel)));
    client.on('end', () => {
      if (this.client === client) this.client = null;
    });
    await client.connect();
    for (const tenantId of this.followed.keys())
      await client.query(`listen ${client.escapeIdentifier(feedChannel(tenantId))}`);
    this.client = client;
    return client;
  }

  private async sweep(): Promise<void> {
    if (this.followed.size === 0) return;
    await this.connected();
    const { rows } = await this.platform.query<{ tenantId: string; position: string }>(
      'select tenant_id as "tenantId", position from feed_head where tenant_id = any($1)',
      [[...this.followed.keys()]],
    );
    for (const { tenantId, position } of rows)
      if (Number(position) > (this.followed.get(tenantId)?.position ?? Number.POSITIVE_INFINITY))
        this.wake(tenantId);
  }

  private wake(tenantId: string): void {
    const followed = this.followed.get(tenantId);
    if (!followed) return;
    if (followed.isReading) {
      followed.isWokenAgain = true;
      return;
    }
    followed.isReading = true;
    const context = newContext({
      tenantId,
      correlationId: uuidv7(),
      cause: { kind: 'system', id: null },
      route: 'feed follower',
    });
    runInContext(context, () => this.read(followed))
      // The next sweep reads on.
      .catch((error) => this.logger.warn({ err: error, tenantId }, 'a feed could not be followed'))
      .finally(() => {
        followed.isReading = false;
        if (!followed.isWokenAgain) return;
        followed.isWokenAgain = false;
        this.wake(tenantId);
      });
  }

  /** Delivers all events up to the head. */
  private async read(followed: Followed): Promise<void> {
    await followed.isReady;
    for (let isFull = true; isFull && followed.listeners.size > 0; ) {
      const { rows } = await this.pool.query({ text: READ, values: [followed.tenantId, followed.position] });
      isFull = rows.length === BATCH;
      if (rows.length === 0) return;
      followed.position = Number(rows.at(-1).position);
      const events = rows.filter(({ id }) => id !== null).map(toFeedEvent);
      await Promise.all([...followed.listeners].map((listener) => this.deliver(listener, events)));
    }
  }

  private async deliver(listener: FeedListener, events: FeedEvent[]): Promise<void> {
    try {
      await listener(events);
    } catch (error) {
      this.logger.error({ err: error }, 'a listener of a feed failed');
    }
  }
}
