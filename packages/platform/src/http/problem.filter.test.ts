import { expect, test } from 'vitest';
import { toProblem } from './problem.filter.js';

test.each(['23503', '23505'])(
  'a row that lost a race against somebody else (%s) is a conflict that one can try again',
  (code) => {
    const { status, code: given, detail } = toProblem(Object.assign(new Error('secret detail'), { code }));
    expect([status, given]).toEqual([409, 'changedMeanwhile']);
    expect(detail).not.toContain('secret');
  },
);
