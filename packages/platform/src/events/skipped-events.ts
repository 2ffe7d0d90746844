import type { PlatformPool } from '../db/index.js';
import type { Placement } from './relay.js';

interface Range {
  tenantId: string;
  consumer: string;
  from: number;
  to: number;
}

/*
 * Moves a cursor only if it stands right before the range or in it: whatever it has not handled before the range needs
 * a turn. A cursor that is locked belongs to a running turn, which moves it itself.
 */
const SKIP = `
with skipped as (
  select * from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[]) as s(tenant_id, consumer, low, high)
), reached as materialized (
  select c.tenant_id, c.consumer, s.high from consumer_cursor c join skipped s using (tenant_id, consumer)
  where c.position >= s.low - 1 and c.position < s.high for update of c skip locked
)
update consumer_cursor c set position = r.high, updated_at = now() from reached r
where c.tenant_id = r.tenant_id and c.consumer = r.consumer`;

/**
 * Remembers which positions hold nothing that a consumer wants, so that its cursor can pass them without a turn. What
 * it forgets costs a turn, which the sweep schedules.
 */
export class SkippedEvents {
  private ranges = new Map<string, Range>();

  constructor(private readonly platform: PlatformPool) {}

  /** The placement holds nothing for the consumer. */
  skip(consumer: string, { tenantId, position, count }: Placement): void {
    const key = `${tenantId}/${consumer}`;
    const from = position - count + 1;
    const known = this.ranges.get(key);
    const isNext = known?.to === from - 1;
    this.ranges.set(key, { tenantId, consumer, from: isNext ? known.from : from, to: position });
  }

  /** The consumer takes a turn, which moves its cursor past what was skipped before. */
  forget(consumer: string, tenantId: string): void {
    this.ranges.delete(`${tenantId}/${consumer}`);
  }

  /** Moves the cursors past what was skipped since the last call. One statement for all tenants. */
  async moveCursors(): Promise<void> {
    const ranges = [...this.ranges.values()];
    if (ranges.length === 0) return;
    this.ranges = new Map();
    await this.platform.query(SKIP, [
      ranges.map(({ tenantId }) => tenantId),
      ranges.map(({ consumer }) => consumer),
      ranges.map(({ from }) => from),
      ranges.map(({ to }) => to),
    ]);
  }
}
