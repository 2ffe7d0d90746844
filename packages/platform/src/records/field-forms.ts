/** How the texts of each field type are compared and found. */
import { domainToUnicode } from 'node:url';
import {
  type FieldType,
  isBlankText,
  NORMALIZATION_VERSION,
  normalizeText,
  PLAIN_TEXT,
  type TextForm,
} from '@pellucid/conditions';
import { bareEmail, emailKey } from '@pellucid/conditions/contact-text';
import { countryOf, phoneForm } from './phone-form.js';

/** A text form that also says what the quick search finds a value by. */
export interface FieldForm extends TextForm {
  /** Everything a value is found by, in one text. It contains the norm, so that an index over it narrows both. */
  search(text: string): string;
}

const plainForm: FieldForm = { ...PLAIN_TEXT, search: PLAIN_TEXT.norm };

/** The address with case folded and the domain in its own script: what people look for. */
function emailNorm(text: string): string {
  const key = emailKey(text);
  if (key === undefined) return normalizeText(text);
  const at = key.lastIndexOf('@');
  return `${key.slice(0, at)}@${domainToUnicode(key.slice(at + 1))}`;
}

/** Accents make another mailbox, so they count where addresses are compared; the quick search does without them. */
const emailForm: FieldForm = {
  norm: emailNorm,
  match(how, text) {
    if (emailKey(text) !== undefined) return { how, needle: emailNorm(text) };
    return { how, needle: isBlankText(text) ? '' : bareEmail(text).toLowerCase() };
  },
  search(text) {
    const norm = emailNorm(text);
    return [...new Set([norm, normalizeText(norm), emailKey(text) ?? norm])].join(' ');
  },
};

/** The form of a field of that type; phone numbers without a country code are taken as numbers of the country. */
export function formOfType(type: FieldType, country?: string): FieldForm {
  if (type === 'email') return emailForm;
  return type === 'phone' ? phoneForm(country) : plainForm;
}

/** What the stored forms of a company's texts depend on: where it changes, they have to be made again. */
export function textFormOf(locale: string): string {
  return `${NORMALIZATION_VERSION}:${countryOf(locale) ?? ''}`;
}
