import { describe, expect, it } from 'vitest';
import { makesCycle } from './tree-fields.js';

describe('makesCycle', () => {
  const parents: Record<string, string | null> = { a: null, b: 'a', c: 'b' };
  const parentOf = (id: string) => parents[id] ?? null;

  it('finds a record that would be its own parent', () => expect(makesCycle('a', 'a', parentOf)).toBe(true));
  it('finds an ancestor that would hang below its descendant', () =>
    expect(makesCycle('a', 'c', parentOf)).toBe(true));
  it('accepts a new leaf', () => expect(makesCycle('d', 'c', parentOf)).toBe(false));
  it('terminates on an existing cycle', () => {
    const looped: Record<string, string> = { x: 'y', y: 'x' };
    expect(makesCycle('z', 'x', (id) => looped[id] ?? null)).toBe(true);
  });
});
