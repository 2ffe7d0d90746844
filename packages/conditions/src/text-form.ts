/** How the texts of a field are compared: the form that is stored beside them, and how to search in it. */
import { normalizeText } from './normalize-text.js';

/** Operators that search for a part of a text. */
export type TextMatchKind = 'contains' | 'startswith' | 'endswith';

/** Whether an operator searches for a part of a text. */
export const isTextMatch = (op: string): op is TextMatchKind =>
  op === 'contains' || op === 'startswith' || op === 'endswith';

/** Where to search in a stored form, and for what. An empty needle means that there is nothing to search for. */
export interface TextMatch {
  how: TextMatchKind;
  needle: string;
}

/** Defines how a field's texts are compared. Memory and SQL both use it, so that they cannot disagree. */
export interface TextForm {
  /** Returns a text as it is stored for comparison. Texts with the same norm are equal. */
  norm(text: string): string;
  /** Returns how to search for a text in stored forms. */
  match(how: TextMatchKind, text: string): TextMatch;
}

/** The form of names and other texts: `normalizeText` on both sides. */
export const PLAIN_TEXT: TextForm = {
  norm: normalizeText,
  match: (how, text) => ({ how, needle: normalizeText(text) }),
};
