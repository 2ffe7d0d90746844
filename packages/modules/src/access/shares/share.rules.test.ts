import { expect, test } from 'vitest';
import { higherShare } from './share.rules.js';

test('editing gives more than reading, then the later end; the first of equal ones stays', () => {
  const [soon, later] = ['2030-01-01T00:00:00.000Z', '2031-01-01T00:00:00.000Z'];
  const share = (access: 'read' | 'edit', until: string | null) => ({ access, until });
  for (const [more, less] of [
    [share('edit', soon), share('read', null)],
    [share('read', null), share('read', later)],
    [share('edit', later), share('edit', soon)],
  ] as const)
    expect([higherShare(more, less), higherShare(less, more)]).toEqual([more, more]);
  const [first, second] = [share('read', soon), share('read', soon)];
  expect(higherShare(first, second)).toBe(first);
});
