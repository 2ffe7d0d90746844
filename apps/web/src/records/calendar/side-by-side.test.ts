import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lanesOf, sideBySide } from './side-by-side';

const span = (start: number, end: number) => ({ start, end });

test('events that share time stand beside each other, and use the room that is free', () => {
  expect(sideBySide([span(9, 10), span(10, 11)])).toEqual([
    { column: 0, width: 1, columns: 1 },
    { column: 0, width: 1, columns: 1 },
  ]);
  expect(sideBySide([span(9, 12), span(9, 10), span(9.5, 10), span(10, 11)])).toEqual([
    { column: 0, width: 1, columns: 3 },
    { column: 1, width: 1, columns: 3 },
    { column: 2, width: 1, columns: 3 },
    { column: 1, width: 2, columns: 3 },
  ]);
  expect(sideBySide([])).toEqual([]);
});

test('bars that share a day lie in different lanes', () => {
  expect(lanesOf([span(0, 3), span(1, 2), span(3, 7), span(2, 5)])).toEqual([0, 1, 0, 1]);
});

const spans = fc.array(
  fc.record({ start: fc.integer({ min: 0, max: 40 }), length: fc.integer({ min: 1, max: 20 }) }),
  { maxLength: 25 },
);

test('no two events that share time cover each other, and none leaves the day', () => {
  fc.assert(
    fc.property(spans, (given) => {
      const all = given.map(({ start, length }) => span(start, start + length));
      const placed = sideBySide(all);
      const lanes = lanesOf(all);
      all.forEach((one, i) => {
        const { column, width, columns } = placed[i]!;
        expect(column + width).toBeLessThanOrEqual(columns);
        all.slice(0, i).forEach((other, j) => {
          if (one.start >= other.end || other.start >= one.end) return;
          expect(lanes[i]).not.toBe(lanes[j]);
          const beside = placed[j]!;
          expect(columns).toBe(beside.columns);
          expect(column + width <= beside.column || beside.column + beside.width <= column).toBe(true);
        });
      });
    }),
  );
});
