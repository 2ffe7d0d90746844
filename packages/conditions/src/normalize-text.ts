/**
 * The one normal form in which text is compared. It is made in code, never in SQL, and stored beside
 * the text (`_norm` columns), so that memory and database cannot disagree.
 */

/** Raise it when the rules below change: every stored `_norm` column must then be made again. */
export const NORMALIZATION_VERSION = 1;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the whole ASCII range is meant
const ASCII = /^[\u0000-\u007f]*$/;

/**
 * Only the general diacritics are stripped (those Latin, Greek and Cyrillic letters carry). Marks of
 * other scripts are letters to their readers: stripping them would make か equal が and merge Hindi vowels.
 */
const DIACRITICS = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g;

/** A mark in ᾳ but a letter in its capital form ΑΙ; case folding makes it the letter. */
const IOTA_SUBSCRIPT = /\u0345/g;

/** Letters which Unicode does not decompose, as people write them without their stroke or ligature. */
const LETTERS: Readonly<Record<string, string>> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ŧ: 't',
  ŋ: 'n',
  ĸ: 'k',
  ƀ: 'b',
  ɨ: 'i',
  ɉ: 'j',
  ƶ: 'z',
  ǥ: 'g',
  ɍ: 'r',
  ɏ: 'y',
  // Final sigma is a shape, not another letter.
  ς: 'σ',
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

/**
 * In: any string. Out: NFKC, case-folded, without accents; blanks stay as they are. Idempotent.
 * Lower → upper → lower is full case folding with the platform's own tables: the first pass takes ẞ to ß,
 * upper expands ß to SS and ı to I, the last gives ss and i. An unpaired surrogate becomes U+FFFD, which is
 * what the database would store.
 */
export function normalizeText(s: string): string {
  if (ASCII.test(s)) return s.toLowerCase();
  return s
    .toWellFormed()
    .normalize('NFKD')
    .replace(IOTA_SUBSCRIPT, 'ι')
    .replace(DIACRITICS, '')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(DIACRITICS, '')
    .replace(LETTER, (letter) => LETTERS[letter]!)
    .normalize('NFKC');
}
