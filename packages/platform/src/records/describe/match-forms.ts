/** What values that mean the same have in common: the forms by which duplicates are found (ADR 52). */
import type { FieldTypeTraits } from '@pellucid/conditions';
import { isBlankText, normalizeText } from '@pellucid/conditions';
import { emailKey } from '@pellucid/conditions/contact-text';
import type { FieldDescriptor } from './descriptor.js';

/** How values of a type are compared to find duplicates. */
export interface MatchForms {
  /** Returns what values that mean the same have in common; null if a value says nothing about whose it is. */
  normalised(value: unknown, field: FieldDescriptor): string | null;
  /** Whether values that are only similar may mean the same. */
  isFuzzy: boolean;
}

/** Legal forms at the end of a company's name, without dots. */
const LEGAL_FORMS = new Set(
  (
    'gmbh mbh ag kg kgaa ohg gbr ug se ev eg ek inc incorporated llc llp lp ltd limited plc corp corporation co company ' +
    'pty pte pvt sa sarl sas sasu sl slu srl spa sro bv nv cv vof oy oyj ab as asa aps kft zrt doo ooo kk'
  ).split(' '),
);
/** Words that join two legal forms: "GmbH & Co. KG", "und Co". */
const JOINS = new Set(['and', 'und', 'et', 'haftungsbeschrankt']);
/** Titles before a person's name. */
const TITLES = new Set([
  'mr',
  'mrs',
  'ms',
  'miss',
  'dr',
  'prof',
  'herr',
  'frau',
  'med',
  'ing',
  'dipl',
  'phd',
]);

/** Letters with dots between them, such as "G.m.b.H." and "e.V.". */
const DOTTED = /^(?:\p{L}\.)+\p{L}?$/u;

/** Returns the words of a text in the form in which texts are compared. */
function wordsOf(text: string): string[] {
  return normalizeText(text)
    .split(' ')
    .map((word) => (DOTTED.test(word) ? word.replaceAll('.', '') : word))
    .flatMap((word) => word.split(/[^\p{L}\p{M}\p{N}]+/u))
    .filter(Boolean);
}

/** Returns the name of a company without legal forms at its end. */
export function companyName(text: string): string {
  const words = wordsOf(text);
  let end = words.length;
  while (end > 1 && (LEGAL_FORMS.has(words[end - 1]!) || (end < words.length && JOINS.has(words[end - 1]!))))
    end--;
  return words.slice(0, end).join(' ');
}

/** Returns the name of a person without titles before it. */
function personName(text: string): string {
  const words = wordsOf(text);
  let start = 0;
  while (start < words.length - 1 && TITLES.has(words[start]!)) start++;
  return words.slice(start).join(' ');
}

/** Returns the host of a web address, without `www.`. */
export function hostOf(address: unknown): string | undefined {
  const text = String(address ?? '').trim();
  try {
    const { hostname } = new URL(
      /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text.replace(/^\/\//, '')}`,
    );
    return (
      hostname
        .toLowerCase()
        .replace(/^www\./, '')
        .replace(/\.$/, '') || undefined
    );
  } catch {
    return undefined;
  }
}

/** Names, compared by their words. */
const NAMES: MatchForms = {
  normalised(value, { names }) {
    const text = String(value);
    if (isBlankText(text)) return null;
    if (names === 'company') return companyName(text) || null;
    if (names === 'person') return personName(text) || null;
    return wordsOf(text).join(' ') || null;
  },
  isFuzzy: true,
};

/** Values that are the same or not. */
const VALUES: MatchForms = { normalised: (value, field) => exactForm(field, value), isFuzzy: false };

/** Mailboxes, whatever follows a `+` in their name. */
export const MAILBOXES: MatchForms = {
  normalised(value) {
    const key = emailKey(String(value));
    return key === undefined ? null : key.replace(/(?<=[^+@])\+[^@]*(?=@)/, '');
  },
  isFuzzy: false,
};

/** Web addresses, by their host. */
export const HOSTS: MatchForms = { normalised: (value) => hostOf(value) ?? null, isFuzzy: false };

/** Fewest digits of a number that says whose it is: shorter ones are extensions. */
const MIN_DIGITS = 5;

/** Phone numbers in E.164, without extensions. */
export const PHONES: MatchForms = {
  normalised(value, field) {
    const [, number = ''] = field.form.norm(String(value)).split('|');
    const main = number.replace(/x\d+$/, '');
    return main.replace(/\D/g, '').length < MIN_DIGITS ? null : main;
  },
  isFuzzy: false,
};

/** Returns how values of a type are compared unless the type says otherwise; undefined if they can't be. */
export function matchFormsOf({ family, isMultiline }: FieldTypeTraits): MatchForms | undefined {
  switch (family) {
    case 'text':
      return isMultiline ? undefined : NAMES;
    case 'decimal':
    case 'date':
    case 'datetime':
    case 'choice':
    case 'reference':
      return VALUES;
    default:
      return undefined;
  }
}

/** Returns the form in which two equal values are equal; null if there is none. */
export function exactForm(field: FieldDescriptor, value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  return field.storage.norm
    ? field.form.norm(String(value))
    : String(field.traits.codec.toColumn(value, field));
}

/**
 * Whether rules about duplicates can compare the field: a single value of the record's own that people enter. What is
 * worked out from others would be compared twice, and change with them.
 */
export function isMatchable(field: FieldDescriptor): boolean {
  return (
    field.traits.matching !== undefined &&
    field.storage.columns.length > 0 &&
    !field.line &&
    !field.computed &&
    !field.derivedFrom &&
    !field.readOnly
  );
}
