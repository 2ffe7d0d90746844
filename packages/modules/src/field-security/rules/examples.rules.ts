import type { FieldDescriptor } from '@pellucid/platform/records';

/** Invented values that show what a strategy does. */
const EXAMPLES: Partial<Record<FieldDescriptor['type'], string>> = {
  email: 'ann.baker@example.com',
  phone: '+49 40 555 0237',
  url: 'https://example.com/private/page',
  text: 'Ann Baker',
  longText: 'Met at the fair in spring.',
};

/** Returns an invented value of the field; null if none would be useful (amounts, dates, choices). */
export function exampleOf(f: FieldDescriptor): string | null {
  return EXAMPLES[f.type] ?? null;
}
