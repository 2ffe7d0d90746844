import { normalizeText } from '@pellucid/conditions';

/** Letters and digits that belong together, in normal form. Marks are parts of words in many scripts. */
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

/** Scripts that are written without blanks between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々]+/gu;

/** Longest word that is kept. Longer ones are cut, in documents and in searches alike. */
const LONGEST = 64;

/** Marks within words that people leave out or put in at will: O'Brien, Coca-Cola, acme.com. */
const INNER = /(?<=[\p{L}\p{N}])['.&_-](?=[\p{L}\p{N}])/gu;

/** How German and Nordic letters are written without their dots. The normal form only drops the dots. */
const SPELT: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' };
const SPELT_LETTERS = /[äöüåø]/g;

/** A word as a document or a search has it, with the other notations of the same word. */
export interface Word {
  text: string;
  others: string[];
}

/**
 * Returns the words of a text, in order. "Müller" is `muller` with the other notation `mueller`. Of scripts without blanks,
 * each two neighbouring letters are a word, and the last letter by itself.
 */
export function wordsOf(text: string): Word[] {
  // Composed, so that a letter with dots is one letter, and before the normal form drops the dots.
  const spelt = normalizeText(
    text
      .normalize('NFC')
      .toLowerCase()
      .replace(SPELT_LETTERS, (letter) => SPELT[letter]!),
  );
  const plain = normalizeText(text);
  const other = spelt === plain ? undefined : piecesOf(spelt);
  const pieces = piecesOf(plain);
  return pieces.map((piece, at) => {
    // Both notations have the same words, since a letter stands for letters.
    const notation = other?.[at];
    return { text: piece, others: notation !== undefined && notation !== piece ? [notation] : [] };
  });
}

/** Returns what words with a mark inside are without it: `obrien` for "O'Brien". Only documents have them. */
export function joinedWords(text: string): string[] {
  const plain = normalizeText(text);
  if (!INNER.test(plain)) return [];
  const kept = new Set(plain.match(WORD));
  return (plain.replace(INNER, '').match(WORD) ?? []).filter((word) => !kept.has(word)).map(cut);
}

function piecesOf(plain: string): string[] {
  return (plain.match(WORD) ?? []).flatMap((word) => {
    const pieces: string[] = [];
    let end = 0;
    for (const run of word.matchAll(UNSPACED)) {
      if (run.index > end) pieces.push(cut(word.slice(end, run.index)));
      pieces.push(...pairsOf(run[0]));
      end = run.index + run[0].length;
    }
    if (end < word.length) pieces.push(cut(word.slice(end)));
    return pieces;
  });
}

function pairsOf(run: string): string[] {
  const letters = [...run];
  return letters.map((letter, at) => letter + (letters[at + 1] ?? ''));
}

const cut = (word: string) => [...word].slice(0, LONGEST).join('');

/** Length of words that may be misspelt. A shorter word is too much like others. */
const SHORTEST_MISSPELT = 4;
const LONGEST_MISSPELT = 24;
/** Words of letters only. A number with another digit is another number. */
const LETTERS = /^[\p{L}\p{M}]+$/u;

/**
 * Returns the word and what is left of it without any one of its letters. Two words that share one of these differ by one
 * letter that is missing, added, wrong or swapped with its neighbour. Empty for words that must be spelt right.
 */
export function misspellingsOf(word: string): string[] {
  const letters = [...word];
  if (letters.length < SHORTEST_MISSPELT || letters.length > LONGEST_MISSPELT || !LETTERS.test(word))
    return [];
  if (word.match(UNSPACED)) return [];
  return [...new Set([word, ...letters.map((_, at) => letters.toSpliced(at, 1).join(''))])];
}
