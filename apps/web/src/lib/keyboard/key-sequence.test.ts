import { expect, test } from 'vitest';
import { pressedKeys, readKey } from './key-sequence';

const PLAIN = { ctrlKey: false, metaKey: false, altKey: false, target: null };
const press = (key: string, now: number, more = {}) => {
  const event = { key, ...PLAIN, ...more } as unknown as KeyboardEvent;
  readKey(event, now);
  return pressedKeys(event);
};

test('a key after g makes a pair with it, once', () => {
  expect(press('g', 0)).toBe('g');
  expect(press('A', 900)).toBe('g a');
  expect(press('a', 950)).toBe('a');
  expect(press('g', 1_000)).toBe('g');
  expect(press('g', 1_100)).toBe('g g');
  expect(press('a', 1_200)).toBe('a');
});

test('a key that comes late, or with Ctrl, is a key of its own', () => {
  press('g', 0);
  expect(press('a', 2_000)).toBe('a');
  press('g', 3_000);
  expect(press('k', 3_100, { ctrlKey: true })).toBe('k');
  expect(press('a', 3_200)).toBe('a');
});

test('Shift for the second key does not end the pair', () => {
  press('g', 0);
  press('Shift', 100);
  expect(press('/', 200)).toBe('g /');
});
