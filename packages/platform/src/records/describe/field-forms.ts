/** How texts are compared and found. */
import { domainToUnicode } from 'node:url';
import {
  isBlankText,
  NORMALIZATION_VERSION,
  normalizeText,
  PLAIN_TEXT,
  type TextForm,
} from '@pellucid/conditions';
import { bareEmail, emailKey } from '@pellucid/conditions/contact-text';
import { countryOf } from './phone-form.js';

/** A text form that also defines what the quick search matches. */
export interface FieldForm extends TextForm {
  /**
   * Returns everything that a value can be found by, as one text. It contains the norm, so that one index serves both.
   */
  search(text: string): string;
}

/** The form of texts that have no notation of their own. */
export const plainForm: FieldForm = { ...PLAIN_TEXT, search: PLAIN_TEXT.norm };

/** Returns the address in lower case with the domain in its own script, which is what people search for. */
function emailNorm(text: string): string {
  const key = emailKey(text);
  if (key === undefined) return normalizeText(text);
  const at = key.lastIndexOf('@');
  return `${key.slice(0, at)}@${domainToUnicode(key.slice(at + 1))}`;
}

/** Accents distinguish mailboxes, so they matter when addresses are compared; the quick search ignores them. */
export const emailForm: FieldForm = {
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

/** Returns what the stored forms of a company's texts depend on. When it changes, the forms must be recomputed. */
export function textFormOf(locale: string): string {
  return `${NORMALIZATION_VERSION}:${countryOf(locale) ?? ''}`;
}
