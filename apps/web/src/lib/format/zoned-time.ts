/** Minutes that a zone's local time is ahead of UTC at an instant. */
function offsetMinutes(instant: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(instant);
  const part = (type: string) => Number(parts.find((item) => item.type === type)?.value);
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return Math.round((local - Math.floor(instant / 1000) * 1000) / 60_000);
}

/** In: ISO instant and IANA zone. Out: local time there, "2026-03-01 14:30:00". */
export function toZonedTime(instant: string, zone: string): string {
  const time = new Date(instant).getTime();
  return new Date(time + offsetMinutes(time, zone) * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

/**
 * In: local time in the zone, "2026-03-01 14:30:00". Out: ISO instant. A time skipped in spring moves forward; for a
 * time that occurs twice in autumn, the first is returned.
 */
export function fromZonedTime(local: string, zone: string): string {
  const wanted = new Date(`${local.replace(' ', 'T')}Z`).getTime();
  // Near a clock change one offset may be wrong, so the offsets a day earlier and a day later decide.
  const before = wanted - offsetMinutes(wanted - 86_400_000, zone) * 60_000;
  const after = wanted - offsetMinutes(wanted + 86_400_000, zone) * 60_000;
  const isExact = (instant: number) => instant + offsetMinutes(instant, zone) * 60_000 === wanted;
  const instant = isExact(before) ? before : isExact(after) ? after : before;
  return new Date(instant).toISOString();
}
