import { describe, expect, it } from 'vitest';
import { targetOf } from './roving-target';

const rows = [['edit A', 'why A'], [], ['why B'], ['edit C', 'reveal C', 'why C']];

describe('arrow keys among rows of buttons', () => {
  it.each([
    ['ArrowDown', 'why A', 'why B'],
    ['ArrowDown', 'why B', 'edit C'],
    ['ArrowUp', 'why C', 'why B'],
    ['ArrowRight', 'edit A', 'why A'],
    ['ArrowLeft', 'why C', 'reveal C'],
    ['Home', 'why C', 'edit A'],
    ['End', 'edit A', 'why C'],
  ])('%s leads from %s to %s', (key, from, to) => {
    expect(targetOf(rows, from, key)).toBe(to);
  });

  it('have no target at an edge, for other keys or from another element', () => {
    expect(targetOf(rows, 'edit A', 'ArrowUp')).toBeUndefined();
    expect(targetOf(rows, 'why C', 'ArrowDown')).toBeUndefined();
    expect(targetOf(rows, 'edit A', 'a')).toBeUndefined();
    expect(targetOf(rows, 'elsewhere', 'ArrowDown')).toBeUndefined();
  });
});
