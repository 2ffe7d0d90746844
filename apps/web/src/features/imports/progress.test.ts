import { describe, expect, it } from 'vitest';
import { isEveryRowFailed, rateOf, rowsDone, secondsLeft, withSample } from './progress';

describe('progress of an import', () => {
  it('counts every row with a result, not related records', () => {
    const counts = {
      total: 20,
      created: 1,
      updated: 2,
      unchanged: 3,
      lines: 5,
      failed: 4,
      duplicates: 0,
      related: 99,
    };
    expect(rowsDone(counts)).toBe(15);
    expect(isEveryRowFailed(counts)).toBe(false);
    expect(isEveryRowFailed({ ...counts, created: 0, updated: 0, unchanged: 0, lines: 0 })).toBe(true);
  });

  it('gives rows per second for recent seconds only', () => {
    let samples = withSample([], { at: 0, rows: 0 });
    samples = withSample(samples, { at: 9_000, rows: 9_000 });
    samples = withSample(samples, { at: 10_000, rows: 13_000 });
    expect(rateOf(samples)).toBe(4_000);
    expect(secondsLeft(21_000, 13_000, rateOf(samples))).toBe(2);
  });

  it('is undefined rather than wrong', () => {
    expect(rateOf([{ at: 0, rows: 5 }])).toBeUndefined();
    expect(
      rateOf([
        { at: 0, rows: 5 },
        { at: 1_000, rows: 5 },
      ]),
    ).toBeUndefined();
    expect(secondsLeft(0, 5, 100)).toBeUndefined();
  });
});
