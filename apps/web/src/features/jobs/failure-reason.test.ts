import { expect, test } from 'vitest';
import { reasonKey } from './failure-reason';
import de from './locales/de.json';
import en from './locales/en.json';

const REASONS = [
  'unknownJob',
  'workerDied',
  'ZodError',
  'outOfScope',
  'ECONNREFUSED',
  '57P01',
  '23505',
  'TypeError',
];

test('every reason of a failed job is a sentence in both languages, never a bare code', () => {
  expect(REASONS.map(reasonKey)).toEqual([
    'unknownJob',
    'workerDied',
    'invalidPayload',
    'notAllowed',
    'unreachable',
    'unreachable',
    'database',
    'other',
  ]);
  for (const { reasons } of [en, de] as { reasons: Record<string, string> }[])
    for (const reason of REASONS) expect(reasons[reasonKey(reason)]).toMatch(/\w.*\.$/);
});
