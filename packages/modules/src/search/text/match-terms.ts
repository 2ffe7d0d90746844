import type { Lexemes } from './lexemes.js';
import type { SearchText } from './search-text.js';

/** How a term of a search occurs in a value. */
export type TermMatch = 'word' | 'beginning' | 'misspelt';

/**
 * Returns how each term of a search occurs in a value, by place among the terms; the last place is that of the text as a
 * whole. It finds what the index finds, for the few records that are shown or explained.
 */
export function matchTerms({ terms, wholes }: SearchText, values: Lexemes[]): (TermMatch | undefined)[] {
  const words = values.flatMap(({ places }) => places.flat());
  const typos = new Set(values.flatMap((value) => value.typos));
  const spelt = (beginnings: string[]): TermMatch | undefined =>
    beginnings.some((each) => words.includes(each))
      ? 'word'
      : beginnings.some((each) => words.some((word) => word.startsWith(each)))
        ? 'beginning'
        : undefined;
  return [
    ...terms.map(
      (term) =>
        spelt(term.beginnings) ?? (term.typos.some((typo) => typos.has(typo)) ? 'misspelt' : undefined),
    ),
    spelt(wholes),
  ];
}
