import { describe, expect, it } from 'vitest';
import { fromZonedTime, toZonedTime } from './zoned-time';

const berlin = 'Europe/Berlin';

describe('local time of a zone', () => {
  it('survives a round trip, in summer and winter', () => {
    for (const instant of ['2026-01-15T12:00:00.000Z', '2026-07-15T23:30:00.000Z']) {
      expect(fromZonedTime(toZonedTime(instant, berlin), berlin)).toBe(instant);
    }
    expect(toZonedTime('2026-07-15T23:30:00Z', berlin)).toBe('2026-07-16 01:30:00');
  });

  it('moves an hour that does not exist forward', () => {
    expect(fromZonedTime('2026-03-29 02:30:00', berlin)).toBe('2026-03-29T01:30:00.000Z');
  });

  it('uses the first of an hour that occurs twice', () => {
    expect(fromZonedTime('2026-10-25 02:30:00', berlin)).toBe('2026-10-25T00:30:00.000Z');
  });
});
