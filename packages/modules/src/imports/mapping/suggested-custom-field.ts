import { FIELD_TYPE_NAMES, FIELD_TYPES, type FieldType, normalizeText } from '@pellucid/conditions';
import type { ColumnProfile } from '../values/column-profile.js';
import type { ColumnReading } from '../values/column-reading.js';

/** A field of the company's own that fits a column. */
export interface SuggestedCustomField {
  /** Name in `custom`. */
  name: string;
  label: string;
  type: FieldType;
  /** Decimal places of a number. */
  scale?: number;
  /** Of a choice: the values of the column. */
  options?: { value: string; label: string }[];
}

/** Share of the values that must look like a type. */
const MOST = 0.9;
/** Choices have at most so many different values, each of them so often on average, and so short. */
const MAX_OPTIONS = 20;
const LEAST_REPEATED = 2;
const LONGEST_OPTION = 60;
/** Texts are long from here on. */
const LONG_TEXT = 200;
/** The type of texts with several lines. */
const LONG = { type: FIELD_TYPE_NAMES.find((type) => FIELD_TYPES[type].isMultiline)! };
const LONGEST_NAME = 50;
const LONGEST_LABEL = 100;

/**
 * Returns the field that fits a column by its name and its values.
 * @param reading how its numbers or dates are read
 */
export function suggestedCustomField(
  column: string,
  profile: ColumnProfile,
  reading: ColumnReading | undefined,
): SuggestedCustomField {
  const label = column
    .replace(/^custom\./, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST_LABEL);
  return { name: nameOf(label), label, ...typeOf(profile, reading) };
}

/** Returns the label in letters of ASCII, as names have them: `Contract end (2)` → `contractEnd2`. */
function nameOf(label: string): string {
  const words = normalizeText(label)
    .normalize('NFKD')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  // Names of other systems are often words already: `contractEnd`.
  const name = /^[A-Za-z][A-Za-z0-9]*$/.test(label)
    ? label[0]!.toLowerCase() + label.slice(1)
    : words.map((word, at) => (at ? word[0]!.toUpperCase() + word.slice(1) : word)).join('');
  return (/^[a-z]/i.test(name) ? name : `field${name}`).slice(0, LONGEST_NAME);
}

function typeOf(
  profile: ColumnProfile,
  reading: ColumnReading | undefined,
): Pick<SuggestedCustomField, 'type' | 'scale' | 'options'> {
  const { samples, distinct, filled, longest } = profile;
  const is = (kind: Parameters<ColumnProfile['share']>[0]) => profile.share(kind) >= MOST;
  // A leading zero is part of a code, and no number has it.
  const isCode = samples.some((text) => /^\s*0\d/.test(text));
  if (filled === 0 || is('ids')) return { type: 'text' };
  if (is('emails')) return { type: 'email' };
  if (is('dates')) return { type: samples.some((text) => /\d:\d\d/.test(text)) ? 'datetime' : 'date' };
  if (is('booleans') && distinct && distinct.size <= 2) return { type: 'boolean' };
  if (is('numbers') && !isCode) return numberType(samples, reading);
  if (is('urls')) return { type: 'url' };
  if (is('phones') && samples.some((text) => /[+()/\s-]/.test(text.trim()))) return { type: 'phone' };
  if (
    distinct &&
    distinct.size <= MAX_OPTIONS &&
    filled >= distinct.size * LEAST_REPEATED &&
    longest <= LONGEST_OPTION
  ) {
    const values = new Map([...distinct.keys()].map((text) => [normalizeText(text), text.trim()]));
    return { type: 'select', options: [...values.values()].map((value) => ({ value, label: value })) };
  }
  const isLong = longest > LONG_TEXT || samples.some((text) => text.trim().includes('\n'));
  return isLong ? LONG : { type: 'text' };
}

function numberType(
  samples: string[],
  reading: ColumnReading | undefined,
): Pick<SuggestedCustomField, 'type' | 'scale'> {
  if (samples.some((text) => text.includes('%'))) return { type: 'percent' };
  const read = reading?.kind === 'number' ? reading.samples : [];
  if (read.some(({ currency }) => currency)) return { type: 'money' };
  const scale = Math.max(0, ...read.map(({ value }) => value?.split('.')[1]?.length ?? 0));
  return { type: 'number', scale: Math.min(scale, 6) };
}
