import { isBlankText, normalizeText } from '@pellucid/conditions';
import type { FieldDescriptor } from '@pellucid/platform/records';
import { DIGITS_MARK, quoted } from './lexemes.js';
import { NUMBER_MARK, numbersIn } from './numbers.js';
import { misspellingsOf, wordsOf } from './words.js';

/** Maximum number of words of a search; further ones are ignored. */
export const MOST_WORDS = 8;

/** Something that a record must have: any of these words, or a word that begins with one of them. */
export interface Term {
  beginnings: string[];
  /** What words that are spelt like it have in common with it; empty if it must be spelt right. */
  typos: string[];
}

/** What a search text means. */
export interface SearchText {
  /** All of them must be found, … */
  terms: Term[];
  /** … or one of these: the whole text read as a phone number, an amount or an id. */
  wholes: string[];
}

const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/**
 * Reads a search text.
 * @param formed fields whose values have a form of their own, such as phone numbers
 */
export function readSearchText(q: string, formed: FieldDescriptor[]): SearchText {
  if (isBlankText(q)) return { terms: [], wholes: [] };
  const terms = wordsOf(q)
    .slice(0, MOST_WORDS)
    .map(({ text, others }) => ({
      beginnings: [text, ...others],
      typos: [...new Set([text, ...others].flatMap(misspellingsOf))],
    }));
  const plain = normalizeText(q);
  const needles = formed
    .filter((f) => f.traits.looksLikeValue!(q) && plain.replace(/\D/g, '').length >= 3)
    .flatMap((f) => f.form.match('contains', q).needle.match(/[\dx]+/g) ?? []);
  const id = UUID.test(q.trim()) ? [q.trim().toLowerCase().replaceAll('-', '')] : [];
  return {
    terms,
    wholes: [
      ...new Set([
        ...needles.map((digits) => DIGITS_MARK + digits),
        ...numbersIn(q).map((n) => NUMBER_MARK + n),
        ...id,
      ]),
    ],
  };
}

/** The tsqueries of a search text. */
export interface SearchQueries {
  /** One for each word; all must match. */
  words: string[];
  /** For each word, as text[] literals, what documents have that misspell it; null if it must be spelt right. */
  typos: (string | null)[];
  rank: string;
  exact: string;
}

/**
 * Returns the tsqueries of a search text.
 * @param code of the tenant: see `tenantCode`
 * @param isTolerant whether words may be misspelt
 */
export function queriesOf({ terms, wholes }: SearchText, code: string, isTolerant: boolean): SearchQueries {
  const any = (texts: string[], mark: string) => texts.map((text) => quoted(code + text) + mark).join(' | ');
  const whole = wholes.length ? any(wholes, ':*') : '';
  const or = (query: string) => (whole ? `(${query}) | ${whole}` : query);
  const all = terms.flatMap(({ beginnings }) => beginnings);
  return {
    words: terms.length ? terms.map(({ beginnings }) => or(any(beginnings, ':*'))) : whole ? [whole] : [],
    typos: terms.map(({ typos }) =>
      isTolerant && typos.length ? `{${typos.map((typo) => `"${code}${typo}"`).join(',')}}` : null,
    ),
    rank: or(any(all, ':*')),
    exact: any([...all, ...wholes], ''),
  };
}
