import pg from 'pg';
import type { Logger } from '../observability/index.js';
import { feedChannelSql } from './feed-channel.js';

/** What kind of event it is. */
export interface EventKind {
  object: string;
  verb: string;
}

/** Events that were appended to a tenant's feed, up to the position. */
export interface Placement {
  tenantId: string;
  position: number;
  count: number;
  /** The different kinds among them. */
  kinds: EventKind[];
}

/** Connection and timing of a relay. */
export interface RelayOptions {
  /** Address for the platform role that bypasses any transaction pooler, because the lock belongs to the session. */
  connectionString: string;
  onPlaced: (placements: Placement[]) => void;
  /** Called when this process becomes the writer, or stops being it. */
  onRole?: (isWriter: boolean) => void;
  /** Approximate number of events placed in one transaction. */
  batchEvents?: number;
  /** Milliseconds between a standby's attempts to get the lock. */
  standbyMs?: number;
}

/** Any constant that no other advisory lock of the database uses. */
const RELAY_LOCK = 0x72656c61;
const MIN_POLL_MS = 15;
const MAX_POLL_MS = 250;
const MAX_OUTBOX_ROWS = 1_000;

/*
 * One statement, hence one transaction: an event is either in the outbox or in the feed. Two writers at the same time
 * (which the lock prevents) would still be safe: only one of them deletes an outbox row, and the head's row lock orders
 * the positions. An event id seen before keeps its position and the new number is left out, so that one faulty row
 * cannot stop everybody's feed. Writers say of which kinds their events are; the events are looked up only where one did
 * not, because that costs more than all the rest. The limit of 1 keeps the lookup from becoming a scan of the log: how
 * many events there are is unknown to the planner. Followers of the feed are woken at the commit.
 */
const PLACE = `
with picked as (
  select tenant_id, id from (
    select tenant_id, id, sum(cardinality(event_ids)) over (order by id) - cardinality(event_ids) as before
    from (select tenant_id, id, event_ids from event_outbox order by id limit ${MAX_OUTBOX_ROWS}) oldest) counted
  where before < $1 or before is null
), taken as (
  delete from event_outbox o using picked p where o.tenant_id = p.tenant_id and o.id = p.id
  returning o.tenant_id, o.id, o.event_ids, o.kinds
), numbered as (
  select t.tenant_id, e.event_id, row_number() over (partition by t.tenant_id order by t.id, e.place) as n
  from taken t cross join lateral unnest(t.event_ids) with ordinality as e(event_id, place)
), counts as (
  select tenant_id, count(*) as events from numbered group by tenant_id order by tenant_id
), heads as (
  insert into feed_head as h (tenant_id, position, moved_at)
  select tenant_id, events, clock_timestamp() from counts
  on conflict (tenant_id) do update set position = h.position + excluded.position, moved_at = excluded.moved_at
  returning tenant_id, position
), placed as (
  insert into feed (tenant_id, position, event_id, placed_at)
  select n.tenant_id, h.position - c.events + n.n, n.event_id, clock_timestamp()
  from numbered n join heads h using (tenant_id) join counts c using (tenant_id)
  on conflict do nothing
  returning 1
), kinds as (
  select tenant_id, array_agg(distinct kind) as kinds from (
    select t.tenant_id, kind from taken t cross join lateral unnest(t.kinds) as kind
    union all
    select t.tenant_id, e.object || ':' || e.verb
    from taken t cross join lateral unnest(t.event_ids) as event_id cross join lateral (
      select object, verb from record_event where tenant_id = t.tenant_id and id = event_id limit 1) e
    where t.kinds is null) found
  group by tenant_id
)
select h.tenant_id as "tenantId", h.position::float8 as position, c.events::int as count,
       coalesce(k.kinds, '{}') as kinds, pg_notify(${feedChannelSql('h.tenant_id')}, '') as woken
from heads h join counts c using (tenant_id) left join kinds k using (tenant_id)`;

/**
 * Assigns committed events their positions in the feeds. One process writes at a time: it holds a session lock on the
 * connection it writes with. When the process or the connection dies, the server releases the lock and a standby takes
 * over. Per record, the feed follows the order of commits if a write draws its outbox id after it has locked the record
 * (the outbox row is made from what the write returned).
 */
export class Relay {
  private readonly stopping = new AbortController();
  private loop: Promise<void> | null = null;
  private client: pg.Client | null = null;
  /** Whether this process is the current writer. */
  isWriter = false;

  constructor(
    private readonly options: RelayOptions,
    private readonly logger: Logger,
  ) {}

  /** Starts asking for the lock, and writing once it is held. */
  start(): void {
    this.loop ??= this.run();
  }

  /** Stops after the current batch and releases the lock. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      try {
        this.client = await this.connect();
        if (await this.waitForLock(this.client)) {
          this.becomeWriter(true);
          await this.pump(this.client);
        }
      } catch (error) {
        if (!this.isStopped) {
          this.logger.warn({ err: error }, 'the relay lost its connection and will try again');
          await this.pause(500 + Math.random() * 500);
        }
      } finally {
        this.becomeWriter(false);
        await this.client?.end().catch(() => {});
        this.client = null;
      }
    }
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.options.connectionString,
      application_name: 'pellucid-relay',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
    });
    // The current query fails with it; without a listener, the error would end the process.
    client.on('error', () => {});
    await client.connect();
    // The server disconnects a holder that froze or whose host vanished, so that its lock is released.
    await client.query(
      `set idle_session_timeout = '10s'; set statement_timeout = '30s'; set tcp_keepalives_idle = 10;
       set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3`,
    );
    return client;
  }

  private async waitForLock(client: pg.Client): Promise<boolean> {
    while (!this.isStopped) {
      const { rows } = await client.query('select pg_try_advisory_lock($1) as locked', [RELAY_LOCK]);
      if (rows[0].locked) return true;
      const standbyMs = this.options.standbyMs ?? 1_000;
      await this.pause(standbyMs * (0.75 + Math.random() / 2));
    }
    return false;
  }

  private async pump(client: pg.Client): Promise<void> {
    let pollMs = MIN_POLL_MS;
    while (!this.isStopped) {
      const placements = await this.place(client);
      if (placements.length > 0) {
        pollMs = MIN_POLL_MS;
        this.options.onPlaced(placements);
        // Under load, the next batch is already waiting.
        if (placements.reduce((sum, { count }) => sum + count, 0) >= this.batchEvents) continue;
      }
      await this.pause(pollMs);
      pollMs = Math.min(MAX_POLL_MS, pollMs * 1.25);
    }
  }

  private async place(client: pg.Client): Promise<Placement[]> {
    const { rows } = await client.query({ name: 'relay-place', text: PLACE, values: [this.batchEvents] });
    return rows.map(({ woken: _, kinds, ...placement }) => ({ ...placement, kinds: kinds.map(kindOf) }));
  }

  private becomeWriter(isWriter: boolean): void {
    if (this.isWriter === isWriter) return;
    this.isWriter = isWriter;
    this.options.onRole?.(isWriter);
  }

  private get batchEvents(): number {
    return this.options.batchEvents ?? 2_000;
  }

  private get isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  private pause(ms: number): Promise<void> {
    const { signal } = this.stopping;
    if (signal.aborted) return Promise.resolve();
    return new Promise((done) => {
      const finish = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        done();
      };
      const timer = setTimeout(finish, ms);
      signal.addEventListener('abort', finish);
    });
  }
}

/** Reads a kind as the outbox holds it: `account:created`. */
function kindOf(text: string): EventKind {
  const at = text.lastIndexOf(':');
  return { object: text.slice(0, at), verb: text.slice(at + 1) };
}
