import { expect, test } from 'vitest';
import { MOST_LEVELS, storabilityProblem } from './storable-json.js';

const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

test('a body with the maximum nesting is accepted; one level more is refused with the place', () => {
  expect(storabilityProblem(nested(MOST_LEVELS))).toBeUndefined();
  expect(storabilityProblem({ a: nested(MOST_LEVELS) })).toMatchObject({
    code: 'tooDeep',
    pointer: `/a${'/0'.repeat(MOST_LEVELS - 1)}`,
  });
});

test('no depth exhausts the stack', () => {
  let deep: unknown = 'x';
  for (let level = 0; level < 200_000; level++) deep = [deep];
  expect(storabilityProblem(deep)).toMatchObject({ code: 'tooDeep' });
});

test('NUL and half surrogate pairs are found in values and keys, with the pointer', () => {
  expect(storabilityProblem({ rows: [{ name: 'a' }, { name: 'b\u0000' }] })).toMatchObject({
    code: 'invalidText',
    pointer: '/rows/1/name',
  });
  expect(storabilityProblem({ reason: '\ud800' })).toMatchObject({ pointer: '/reason' });
  expect(storabilityProblem({ reason: '\udc00\ud800' })).toMatchObject({ pointer: '/reason' });
  expect(storabilityProblem({ a: { 'k\ud800': 1 } })).toMatchObject({ pointer: '/a' });
  expect(storabilityProblem('\u0000')).toMatchObject({ pointer: '' });
});

test('whole pairs, numbers and null pass', () => {
  expect(storabilityProblem({ a: '😀', b: 1, c: null, d: [true, 'ü'] })).toBeUndefined();
});
