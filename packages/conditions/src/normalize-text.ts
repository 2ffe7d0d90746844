/**
 * The only normal form in which text is compared. It is computed in code, never in SQL, and stored beside the text
 * (`_norm` columns), so that memory and database cannot disagree.
 */

/** Increase it when the rules below change: the worker then recomputes every stored `_norm` column. */
export const NORMALIZATION_VERSION = 3;

/** Visible ASCII with single spaces inside: only its case can change. */
const PLAIN = /^[!-_a-~]+(?: [!-_a-~]+)*$/;

/**
 * Invisible characters: default-ignorable code points (zero-width characters, soft hyphens, direction marks, variation
 * selectors, fillers), interlinear annotation marks and control characters other than blanks.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]|(?![\s\u0085])\p{Cc}/gu;

/** Blanks that `\s` does not include: next line, and the Braille pattern without dots. */
const BLANKS = /[\s\u0085\u2800]+/g;

/**
 * Marks that people type as an apostrophe. The acute accent among them decomposes to a blank, so they are replaced
 * first.
 */
const APOSTROPHES =
  /[`\u00b4\u02b9\u02bb-\u02bd\u02c8\u02ca\u02cb\u055a\u05f3\u1fbd\u1fbf\u1fef\u1ffd\u1ffe\u2018-\u201b\u2032\u2035\u2039\u203a\ua78b\ua78c\uff07\uff40]/g;
const QUOTES =
  /[\u02ba\u02dd\u02ee\u02f6\u05f4\u00ab\u00bb\u201c-\u201f\u2033\u2036\u275d\u275e\u301d-\u301f\uff02]/g;
/** Hyphens, dashes and minus signs. The soft hyphen is invisible. */
const DASHES = /[\u02d7\u058a\u05be\u2010-\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d]/g;

/** Letters of the common scripts, none of which is one of these marks: a fast path. */
const UNMARKED = /^[ !-_a-~\u00a0\u00c0-\u02b8\u0370-\u0559\u3041-\u3163\u3165-\u9fff\uac00-\ud7a3]*$/;

/**
 * Only the general diacritics are stripped (those of Latin, Greek and Cyrillic letters). In other scripts marks are
 * letters to readers: stripping them would make か equal が and merge Hindi vowels.
 */
const DIACRITICS = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g;

/** A mark in ᾳ but a letter in its capital form ΑΙ; case folding turns it into the letter. */
const IOTA_SUBSCRIPT = /\u0345/g;

/** Letters that Unicode does not decompose, as people write them without their stroke or ligature. */
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
  // The final sigma is a different shape, not a different letter.
  ς: 'σ',
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g');

/**
 * Returns the normal form of any string: NFKC, case-folded, without accents and invisible characters, trimmed, with
 * runs of blanks as one space and typographic apostrophes, quotes and dashes as straight ones. Idempotent.
 * Lower → upper → lower is full case folding with the platform's own tables: the first pass turns ẞ into ß, upper case
 * expands ß to SS and ı to I, and the last pass gives ss and i. An unpaired surrogate becomes U+FFFD, which is what the
 * database would store.
 */
export function normalizeText(s: string): string {
  if (PLAIN.test(s)) return s.toLowerCase();
  const folded = straighten(s.toWellFormed())
    // Upper case makes a letter of the iota subscript. As a mark, it would change places with others in NFKD.
    .toUpperCase()
    .normalize('NFKD')
    .replace(IOTA_SUBSCRIPT, 'ι')
    .replace(DIACRITICS, '')
    .toLowerCase()
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKD')
    .replace(DIACRITICS, '')
    .replace(LETTER, (letter) => LETTERS[letter]!);
  // Decomposition can produce such marks again, as in ŉ or ‴.
  return straighten(folded).normalize('NFKC').replace(BLANKS, ' ').trim();
}

function straighten(text: string): string {
  if (UNMARKED.test(text)) return text;
  return text.replace(INVISIBLE, '').replace(APOSTROPHES, "'").replace(QUOTES, '"').replace(DASHES, '-');
}

/** Whether a text looks empty to a reader: blanks, zero-width characters, marks without letters, or nothing. */
export function isBlankText(text: string): boolean {
  return !/[A-Za-z0-9]/.test(text) && normalizeText(text) === '';
}

/**
 * Characters removed at both ends of a name. Variation selectors and tag characters stay, because they belong to emoji.
 */
const EDGE = '[\\s\\u0085\\u2800\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u200b-\\u200f\\u2060-\\u2064\\ufeff]';
const LEADING = new RegExp(`^${EDGE}+`);
const EDGE_CHARACTER = new RegExp(EDGE);

/**
 * Returns a name as it is stored: without blanks and zero-width characters at its ends, otherwise as it was typed.
 * Empty if nothing of it is visible.
 */
export function tidyText(text: string): string {
  if (PLAIN.test(text)) return text;
  if (isBlankText(text)) return '';
  const start = LEADING.exec(text)?.[0].length ?? 0;
  // Not by a pattern with $, which takes quadratic time for long runs of blanks.
  let end = text.length;
  while (end > start && EDGE_CHARACTER.test(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/**
 * Returns a key of another system (an external id) as it is stored and compared: NFC, without invisible characters,
 * with single blanks. Unlike in names, case and accents are significant.
 */
export function tidyKey(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.normalize('NFC').replace(INVISIBLE, '').replace(BLANKS, ' ').trim();
}
