import { describe, expect, it } from 'vitest';
import { localeChoices, offsetLabel, zoneChoices } from '@/lib/format/format-choices';
import { deviceName, monthChoices, moved, weekdayChoices } from './choices';

describe('choices of the settings', () => {
  it('name locales, days and months in the user’s language', () => {
    expect(localeChoices('en', 'en-US')).toContainEqual({ value: 'de-CH', label: 'German (Switzerland)' });
    expect(weekdayChoices('de')[0]).toEqual({ value: '1', label: 'Montag' });
    expect(weekdayChoices('en').at(-1)).toEqual({ value: '0', label: 'Sunday' });
    expect(monthChoices('de')[2]).toEqual({ value: '3', label: 'März' });
  });

  it('always contain the current setting', () => {
    expect(localeChoices('en', 'fi-FI').some(({ value }) => value === 'fi-FI')).toBe(true);
    const now = new Date('2026-07-01T00:00:00Z');
    expect(zoneChoices('Europe/Berlin', now)).toContainEqual({
      value: 'Europe/Berlin',
      label: 'Europe/Berlin (UTC+02:00)',
    });
    expect(offsetLabel('Asia/Kolkata', now)).toBe('UTC+05:30');
  });
});

describe('a device', () => {
  it('is described by browser and system, the more specific mark first', () => {
    const edge =
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0';
    expect(deviceName(edge)).toEqual({ browser: 'Edge', system: 'Windows' });
    const phone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1';
    expect(deviceName(phone)).toEqual({ browser: 'Safari', system: 'iPhone' });
    expect(deviceName('curl/8.0')).toBeUndefined();
  });
});

describe('reordering', () => {
  it('moves one item and keeps the others in order', () => {
    expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a']);
    expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
    expect(moved(['a'], 5, 0)).toEqual(['a']);
  });
});
