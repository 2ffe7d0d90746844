/** How the texts of a field are compared: the form that is stored beside them, and what is looked for in it. */
import { normalizeText } from './normalize-text.js';

export type TextMatchKind = 'contains' | 'startswith' | 'endswith';

/** Whether an operator looks for a part of a text. */
export const isTextMatch = (op: string): op is TextMatchKind =>
  op === 'contains' || op === 'startswith' || op === 'endswith';

/** Where to look in a stored form, and for what. An empty needle means there is nothing to look for. */
export interface TextMatch {
  how: TextMatchKind;
  needle: string;
}

/** Memory and SQL both go through the form of the field, so that they cannot disagree. */
export interface TextForm {
  /** A text as it is stored for comparison. Texts of the same norm are equal. */
  norm(text: string): string;
  /** What a text that is looked for comes down to in stored forms. */
  match(how: TextMatchKind, text: string): TextMatch;
}

/** The form of names and other texts: `normalizeText` on both sides. */
export const PLAIN_TEXT: TextForm = {
  norm: normalizeText,
  match: (how, text) => ({ how, needle: normalizeText(text) }),
};
