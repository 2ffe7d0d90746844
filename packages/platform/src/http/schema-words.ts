import { z } from 'zod';

/** What values of a type are called. */
const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

/** What the items of a value are called when they are too many or too few. */
const ITEMS: Readonly<Record<string, string>> = { string: 'characters', array: 'entries', set: 'entries' };

const bound = (origin: string, side: 'least' | 'most', limit: unknown) =>
  ITEMS[origin]
    ? `must have at ${side} ${String(limit)} ${ITEMS[origin]}`
    : `must be ${String(limit)} or ${side === 'least' ? 'more' : 'less'}`;

/**
 * Returns what a schema refuses, in words that follow the name of a field: `must be 100 or less`. Undefined for what a schema
 * words itself.
 */
export function schemaWords(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const type = TYPES[issue.expected as string];
      if (issue.input === undefined) return type ? `is missing; it must be ${type}` : 'is missing';
      return type && `must be ${type}`;
    }
    case 'too_small':
      return bound(String(issue.origin), 'least', issue.minimum);
    case 'too_big':
      return bound(String(issue.origin), 'most', issue.maximum);
    case 'invalid_value':
      return `must be one of: ${(issue.values as unknown[]).slice(0, 30).map(String).join(', ')}`;
    case 'not_multiple_of':
      return `must be a multiple of ${String(issue.divisor)}`;
    default:
      return undefined;
  }
}

/** Has all schemas of the process speak these words. Messages of a schema itself go first. */
export function speakPlainly(): void {
  z.config({ customError: schemaWords });
}
