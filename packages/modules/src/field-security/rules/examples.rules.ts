import type { FieldDescriptor } from '@pellucid/platform/records';

/** Values nobody has, by which a strategy is shown. */
const EXAMPLES: Partial<Record<FieldDescriptor['type'], string>> = {
  email: 'ann.baker@example.com',
  phone: '+49 40 555 0237',
  url: 'https://example.com/private/page',
  text: 'Ann Baker',
  longText: 'Met at the fair in spring.',
};

/** An invented value of the field; null where none says anything (amounts, dates, choices). */
export function exampleOf(f: FieldDescriptor): string | null {
  return EXAMPLES[f.type] ?? null;
}
