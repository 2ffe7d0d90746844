import { averageTenant } from '../../db/average-tenant.js';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '../../config/index.js';
import { requireTenant } from '../../context/index.js';
import { MasterKeys, RecordSecrets } from '../../crypto/index.js';
import { type StatementResult, TenantPool } from '../../db/tenant-pool.js';
import { EVENT_COLUMNS, type FeedEvent, toFeedEvent } from '../../events/feed-event.js';
import type { FilterContext } from '../decide/index.js';
import { emptyOf, type RecordState } from '../describe/index.js';
import { RecordReader } from '../read/index.js';
import type { FieldChange } from './event-log.js';
import { withheldFrom } from './record-as-of.js';
import { StateReplay } from './state-replay.js';

/** A record's values at a point of its past. */
export interface PastRecord {
  /** By the keys of the time; fields that the record has today and had no value are empty. */
  state: RecordState;
  /** Keys of the fields whose values are unknown, because they were erased since. */
  erased: string[];
}

/** What an event did to its record. */
export interface Transition {
  event: FeedEvent;
  /** Null if the record did not exist, or was deleted. */
  before: PastRecord | null;
  after: PastRecord | null;
}

/** A batch of transitions, and the position after which to read on; null at the end of the feed. */
export interface TransitionBatch {
  transitions: Transition[];
  next: number | null;
}

/** Number of positions scanned at a time to find events of the object. */
const SPAN = 5_000;

/* The span's end comes with the events, so that both are of one moment. */
const EVENTS = `
with span as materialized (
  select position, event_id from feed where tenant_id = ${averageTenant('$1')} and position > $2 order by position limit ${SPAN}
), found as (
  select s.position, ${EVENT_COLUMNS}
  from span s join record_event e on e.tenant_id = ${averageTenant('$1')} and e.id = s.event_id and e.object = $3 and e.record_version > 0
  order by s.position limit $4
)
select r.*, f.* from (select max(position) as span_end, count(*)::int as positions from span) r
left join found f on true order by f.position`;

/* The histories of the batch's records, up to the last version that occurs in it. */
const HISTORIES = `
select 0 as position, ${EVENT_COLUMNS}
from unnest($3::uuid[], $4::int[]) as r(id, version)
join record_event e on e.tenant_id = ${averageTenant('$1')} and e.object = $2 and e.record_id = r.id and e.record_version between 1 and r.version
order by e.record_id, e.record_version, e.id`;

/**
 * Replays the past of an object's records in the order in which it happened, e.g. to try a rule on what was. It reads
 * the feed by position and moves no consumer's cursor. It shows all records with all values, so whoever shows a person
 * anything of them applies that person's rights.
 */
@Injectable()
export class PastStates {
  private readonly secrets: RecordSecrets;

  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(TenantPool) private readonly pool: TenantPool,
    @Inject(CONFIG) config: Config,
  ) {
    this.secrets = new RecordSecrets(MasterKeys.of(config));
  }

  /**
   * Returns the next transitions of the context's tenant. A batch can be empty even if more follow. Events older than
   * the oldest position that is kept (PELLUCID_FEED_DAYS) are not among them, but count for the states.
   * @param after position to read on from; 0 for the beginning
   * @param limit maximum number of transitions
   */
  async read(object: string, after: number, limit = 500): Promise<TransitionBatch> {
    const context = await this.reader.contextFor(object);
    const [{ rows }] = (await this.pool.read([
      { text: EVENTS, values: [requireTenant(), after, object, limit] },
    ])) as [StatementResult];
    const { span_end: end, positions } = rows[0];
    const events = rows.filter(({ id }) => id !== null).map(toFeedEvent);
    const isFull = events.length === limit;
    const isEnd = !isFull && positions < SPAN;
    return {
      transitions: await this.transitionsOf(events, context),
      next: isEnd ? null : isFull ? events.at(-1)!.position : Number(end),
    };
  }

  private async transitionsOf(events: FeedEvent[], context: FilterContext): Promise<Transition[]> {
    if (events.length === 0) return [];
    const last = new Map<string, number>();
    for (const { recordId, recordVersion } of events)
      last.set(recordId, Math.max(recordVersion, last.get(recordId) ?? 0));
    const { key: object } = context.descriptor;
    const [histories, secrets] = await this.pool.read([
      { text: HISTORIES, values: [requireTenant(), object, [...last.keys()], [...last.values()]] },
      {
        text: 'select record_id, key_id, wrapped from record_secret where object = $1 and record_id = any($2::uuid[])',
        values: [object, [...last.keys()]],
      },
    ]);
    const keys = new Map<string, Buffer>(
      secrets!.rows.map(({ record_id: id, key_id: keyId, wrapped }) => [
        id,
        this.secrets.unwrap(requireTenant(), object, id, { keyId, wrapped }),
      ]),
    );
    const known = this.replay(histories!.rows, keys, context);
    return events.map((event) => ({ event, ...known.get(event.id)! }));
  }

  /** Returns the states before and after each event of complete histories, by the event's id. */
  private replay(
    rows: any[],
    keys: Map<string, Buffer>,
    context: FilterContext,
  ): Map<string, Pick<Transition, 'before' | 'after'>> {
    const empty = Object.fromEntries(
      context.descriptor.fields.filter((f) => f.audited).map((f) => [f.key, emptyOf(f)]),
    );
    const found = new Map<string, Pick<Transition, 'before' | 'after'>>();
    let replay = new StateReplay(context.descriptor);
    let before: PastRecord | null = null;
    let recordId: string | undefined;
    for (const row of rows) {
      const event = toFeedEvent(row);
      if (event.recordId !== recordId) {
        replay = new StateReplay(context.descriptor);
        before = null;
        recordId = event.recordId;
      }
      const { changes, erased } = this.secrets.openChanges<FieldChange>(keys.get(recordId), event);
      replay.apply(
        event,
        changes,
        erased ? withheldFrom({ fields: row.fields, changes: row.changes }, context) : [],
      );
      const after: PastRecord | null =
        replay.deletedAt === null
          ? { state: { ...empty, ...replay.state }, erased: [...replay.erased] }
          : null;
      found.set(event.id, { before, after });
      before = after;
    }
    return found;
  }
}
