import type { SearchedField } from '../documents/searched-fields.js';
import { matchTerms } from '../text/match-terms.js';
import type { SearchText } from '../text/search-text.js';

/** Longest snippet, in characters. */
const LONGEST = 160;
/** How much of it comes before the first match. */
const BEFORE = 40;

/**
 * Returns the part of a field that shows why its record was found: the value that matches best, a long one around its first
 * match.
 * @param values texts of the field, as they are shown
 */
export function snippetOf(values: string[], { lexemes }: SearchedField, text: SearchText): string {
  const isMatch = (value: string) => matchTerms(text, lexemes(value)).filter(Boolean).length;
  const value =
    values.map((each) => ({ each, count: isMatch(each) })).sort((a, b) => b.count - a.count)[0]?.each ?? '';
  if (value.length <= LONGEST) return value;
  const word = [...value.matchAll(/\S+/g)].find(([each]) => isMatch(each) > 0);
  const start = Math.max(0, (word?.index ?? 0) - BEFORE);
  const end = start + LONGEST;
  return `${start > 0 ? '…' : ''}${value.slice(start, end).toWellFormed().trim()}${end < value.length ? '…' : ''}`;
}
