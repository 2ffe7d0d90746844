import { describe, expect, it } from 'vitest';
import { expiryOf } from './expiry';

const now = new Date('2026-03-01T10:00:00.000Z');

describe('the expiry of a key', () => {
  it('is the given number of days ahead, to the minute', () => {
    expect(expiryOf('30', null, now)).toBe('2026-03-31T10:00:00.000Z');
    expect(expiryOf('365', '2026-03-02', now)).toBe('2027-03-01T10:00:00.000Z');
  });

  it('is the end of the chosen day in the user’s time zone', () => {
    const end = new Date(expiryOf('date', '2026-05-04', now) ?? '');
    expect([end.getFullYear(), end.getMonth(), end.getDate(), end.getHours()]).toEqual([2026, 4, 4, 23]);
  });

  it('is null for never, and missing until a day is chosen', () => {
    expect(expiryOf('never', null, now)).toBeNull();
    expect(expiryOf('date', null, now)).toBeUndefined();
    expect(expiryOf('date', '', now)).toBeUndefined();
  });
});
