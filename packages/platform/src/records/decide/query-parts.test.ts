import { expect, test } from 'vitest';
import { QueryParts } from './query-parts.js';

test('a value whose placeholder was left out again is not a parameter of the statement', () => {
  const parts = new QueryParts(['first']);
  const kept = parts.param('kept');
  const dropped = parts.param('dropped');
  const last = parts.param('last');
  expect(dropped).toBe('$3');
  expect(parts.statement(`select $1, ${last}, ${kept}, ${last}`)).toEqual({
    text: 'select $1, $3, $2, $3',
    values: ['first', 'kept', 'last'],
  });
});

test('a text that uses all values is unchanged, even with more than nine', () => {
  const parts = new QueryParts();
  const named = Array.from({ length: 12 }, (_, i) => parts.param(i)).join(', ');
  expect(parts.statement(named)).toEqual({ text: named, values: Array.from({ length: 12 }, (_, i) => i) });
});

test('a placeholder without a value is refused', () => {
  expect(() => new QueryParts(['one']).statement('select $2')).toThrow('$2');
});

test('a copy continues with the same values and leaves the original unchanged', () => {
  const parts = new QueryParts(['one']);
  const copy = parts.copy();
  expect(copy.param('two')).toBe('$2');
  expect(parts.param('other')).toBe('$2');
  expect(copy.statement('$1 $2').values).toEqual(['one', 'two']);
});
