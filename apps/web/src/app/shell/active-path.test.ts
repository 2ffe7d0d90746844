import { expect, test } from 'vitest';
import { activePath } from './active-path';

const targets = ['/', '/opportunities/board', '/opportunities', '/accounts', '/settings'];

test.each([
  ['/', '/'],
  ['/opportunities', '/opportunities'],
  ['/opportunities/', '/opportunities'],
  ['/opportunities/board', '/opportunities/board'],
  ['/opportunities/0199', '/opportunities'],
  ['/opportunities/boardroom', '/opportunities'],
  ['/settings/people/roles', '/settings'],
  ['/imports', undefined],
])('of all targets, %s highlights %s alone', (path, active) => {
  expect(activePath(path, targets)).toBe(active);
});
