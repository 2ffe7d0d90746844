import type { FieldDescription } from '../object-description';
import classes from './field-value.module.css';

/** The hues that people expect for these words. */
const EXPECTED: Record<string, number> = {
  won: 150,
  qualified: 150,
  active: 150,
  converted: 150,
  commit: 170,
  closed: 150,
  lost: 0,
  disqualified: 0,
  inactive: 0,
  hot: 8,
  warm: 34,
  cold: 212,
  new: 205,
  invited: 40,
  working: 40,
};

/** Makes options easy to tell apart. Colour never carries meaning alone. */
function hueOf(text: string): number {
  const expected = EXPECTED[text.toLowerCase()];
  if (expected !== undefined) return expected;
  let hash = 0;
  for (const char of text) hash = (hash * 33 + (char.codePointAt(0) ?? 0)) >>> 0;
  return [192, 258, 28, 150, 330, 218, 48, 285][hash % 8] ?? 192;
}

/** An option's label with a dot whose hue depends on its value. */
export function OptionPill({ label, value }: { label: string; value: string }) {
  return (
    <span className={classes['pill']}>
      <span className={classes['dot']} style={{ background: `hsl(${hueOf(value)} 55% 48%)` }} aria-hidden />
      {label}
    </span>
  );
}

/** In: an option's value. Out: its label. */
export function optionLabel(field: FieldDescription, value: string): string {
  return field.options?.find((option) => option.value === value)?.label ?? value;
}
