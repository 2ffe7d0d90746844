import { expect, test } from 'vitest';
import { LruMap } from './lru-map.js';

test('beyond the bound, the entry that was used longest ago is forgotten', () => {
  const forgotten: [string, number][] = [];
  const map = new LruMap<string, number>(2, (key, value) => forgotten.push([key, value]));
  map.set('a', 1).set('b', 2);
  expect(map.get('a')).toBe(1);
  map.set('c', 3);
  expect(forgotten).toEqual([['b', 2]]);
  expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2]);
});

test('replaced and deleted entries make room without being forgotten', () => {
  const forgotten: string[] = [];
  const map = new LruMap<string, number>(2, (key) => forgotten.push(key));
  map.set('a', 1).set('a', 2).set('b', 3);
  expect(map.delete('a')).toBe(true);
  map.set('c', 4);
  expect([map.size, forgotten]).toEqual([2, []]);
});

test('a missing value is made once', () => {
  const map = new LruMap<string, object>(1);
  const made = map.getOrMake('a', () => ({}));
  expect(map.getOrMake('a', () => ({}))).toBe(made);
});

test('a bound below 1 is refused', () => {
  expect(() => new LruMap(0)).toThrow(RangeError);
});
