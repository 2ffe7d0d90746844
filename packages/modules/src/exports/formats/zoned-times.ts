import { zoneOffset } from '@pellucid/conditions/locale-text';

const MINUTE_MS = 60_000;
/** Offsets change on quarters of an hour only. */
const QUARTER_MS = 15 * MINUTE_MS;
/** Quarters whose offset is kept: three years. */
const MOST_QUARTERS = 100_000;
/** Local times this near to a change of the offset may be skipped or occur twice. */
const NEAR_MS = 12 * QUARTER_MS;

/** An instant as a clock in a zone shows it. */
export interface ZonedTime {
  /** Milliseconds that a clock in UTC would show for the same local time. */
  local: number;
  /** Whether the local time alone says which instant is meant. */
  isClear: boolean;
}

/** Shows instants in a zone. */
export class ZonedTimes {
  private readonly offsets = new Map<number, number>();

  /** @param zone IANA name */
  constructor(readonly zone: string) {}

  /** Returns the text of an instant with its offset: `2026-03-31T14:00:00+02:00`. @param iso ISO 8601 in UTC */
  text(iso: string): string {
    const utc = Date.parse(iso);
    const offset = this.offsetAt(utc);
    const local = new Date(utc + offset).toISOString();
    // Offsets of earlier centuries have seconds, and years have four digits: UTC can always be written.
    if (offset % MINUTE_MS !== 0 || local.length !== 24) return iso;
    const clock = local.endsWith('.000Z') ? local.slice(0, 19) : local.slice(0, 23);
    return clock + offsetText(offset / MINUTE_MS);
  }

  /** Returns an instant as a local time. @param iso ISO 8601 in UTC */
  at(iso: string): ZonedTime {
    const utc = Date.parse(iso);
    const offset = this.offsetAt(utc);
    const isClear = [utc - NEAR_MS, utc + NEAR_MS].every((near) => this.offsetAt(near) === offset);
    return { local: utc + offset, isClear };
  }

  private offsetAt(utc: number): number {
    const quarter = Math.floor(utc / QUARTER_MS);
    let offset = this.offsets.get(quarter);
    if (offset === undefined) {
      offset = zoneOffset(quarter * QUARTER_MS, this.zone);
      if (this.offsets.size >= MOST_QUARTERS) this.offsets.clear();
      this.offsets.set(quarter, offset);
    }
    return offset;
  }
}

function offsetText(minutes: number): string {
  if (minutes === 0) return 'Z';
  const two = (n: number) => String(Math.trunc(n)).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(size / 60)}:${two(size % 60)}`;
}
