import { averageTenant } from '@pellucid/platform/db';
import { leafExpression, type SealableEvent } from './event-leaf.js';
import type { Seal } from './seal.js';
import { SEAL_COLUMNS, sealableEvents, toSeal, toSealable } from './seals.repository.js';

/** A connection that can read all tenants: an administrator's or the owner's. */
export interface Database {
  query(text: string, values?: unknown[]): Promise<{ rows: any[] }>;
}

/** What the log still says about an event. */
export interface EventFacts {
  id: string;
  object: string;
  recordId: string;
  verb: string;
  at: string;
}

const WITHOUT_PLACE = `from record_event e
  where e.tenant_id = ${averageTenant('$1')}
    and not exists (select 1 from feed f where f.tenant_id = ${averageTenant('$1')} and f.event_id = e.id)
    and e.id not in (select unnest(event_ids) from event_outbox where tenant_id = ${averageTenant('$1')})`;

/** Reads the log, its feed and its seals for verification, all in one snapshot. */
export class SealedLog {
  constructor(private readonly database: Database) {}

  /** Runs the function in one consistent snapshot of the database. */
  async snapshot<T>(fn: () => Promise<T>): Promise<T> {
    await this.database.query('begin isolation level repeatable read read only');
    try {
      return await fn();
    } finally {
      await this.database.query('rollback');
    }
  }

  /** Returns all companies. */
  async tenants(): Promise<{ id: string; name: string }[]> {
    const { rows } = await this.database.query('select id, name from tenant order by id');
    return rows;
  }

  /** Returns the number of the tenant’s last seal; 0 if there is none. */
  async lastNumber(tenantId: string): Promise<number> {
    const { rows } = await this.database.query(
      'select coalesce(max(number), 0)::text as number from audit_seal where tenant_id = $1',
      [tenantId],
    );
    return Number(rows[0].number);
  }

  /** Returns a seal by its number. */
  async seal(tenantId: string, number: number): Promise<Seal | undefined> {
    const { rows } = await this.database.query(
      `select ${SEAL_COLUMNS} from audit_seal where tenant_id = $1 and number = $2`,
      [tenantId, number],
    );
    return rows[0] && toSeal(rows[0]);
  }

  /** Returns the current content of a stretch of the feed. */
  async stretch(tenantId: string, format: number, from: number, to: number): Promise<SealableEvent[]> {
    const { rows } = await this.database.query(
      `${sealableEvents(format)} where f.tenant_id = ${averageTenant('$1')} and f.position between $2 and $3 order by f.position`,
      [tenantId, from, to],
    );
    return rows.map(toSealable);
  }

  /** Returns the position up to which old positions were removed from the tenant's feed. */
  async purgedTo(tenantId: string): Promise<number> {
    const { rows } = await this.database.query(
      'select coalesce(max(purged_to), 0)::text as position from feed_head where tenant_id = $1',
      [tenantId],
    );
    return Number(rows[0].position);
  }

  /** Returns the columns of those events that the log contains and that have no position in the feed. */
  async withoutPlaceAmong(
    tenantId: string,
    format: number,
    ids: string[],
  ): Promise<Map<string, SealableEvent['columns']>> {
    const { rows } = await this.database.query(
      `select e.id, ${leafExpression(format)} as columns from record_event e
        where e.tenant_id = ${averageTenant('$1')} and e.id = any($2::uuid[])
          and not exists (select 1 from feed f where f.tenant_id = ${averageTenant('$1')} and f.event_id = e.id)`,
      [tenantId, ids],
    );
    return new Map(rows.map((row) => [row.id, row.columns]));
  }

  /** Returns what the log says about the events that it contains. */
  async facts(tenantId: string, ids: string[]): Promise<Map<string, EventFacts>> {
    const { rows } = await this.database.query(
      `select id, object, record_id as "recordId", verb, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
         from record_event where tenant_id = ${averageTenant('$1')} and id = any($2::uuid[])`,
      [tenantId, ids],
    );
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** Counts the events in the log that are neither in the feed nor in the outbox. */
  async countWithoutPlace(tenantId: string): Promise<number> {
    const { rows } = await this.database.query(`select count(*)::float8 as count ${WITHOUT_PLACE}`, [
      tenantId,
    ]);
    return rows[0].count;
  }

  /** Returns the events of {@link countWithoutPlace} after an id, ordered by id. */
  async withoutPlace(tenantId: string, after: string | null, limit: number): Promise<string[]> {
    const { rows } = await this.database.query(
      `select e.id ${WITHOUT_PLACE} and ($2::uuid is null or e.id > $2) order by e.id limit $3`,
      [tenantId, after, limit],
    );
    return rows.map((row) => row.id);
  }

  /** Returns the number of events after the last seal, and which events of the feed are missing in the log. */
  async unsealed(tenantId: string, after: number): Promise<{ count: number; missing: string[] }> {
    const { rows } = await this.database.query(
      `select (select count(*) from feed where tenant_id = $1 and position > $2)::int
            + (select coalesce(sum(cardinality(event_ids)), 0) from event_outbox where tenant_id = $1)::int as count,
          array(select f.event_id::text from feed f where f.tenant_id = $1 and f.position > $2
             and not exists (select 1 from record_event e where e.tenant_id = $1 and e.id = f.event_id)
             order by f.position) as missing`,
      [tenantId, after],
    );
    return rows[0];
  }
}
