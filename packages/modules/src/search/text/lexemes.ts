import type { FieldDescriptor } from '@pellucid/platform/records';
import { joinedWords, misspellingsOf, wordsOf } from './words.js';
import { NUMBER_MARK, shortNumber } from './numbers.js';

/** How much a match tells: in the name, in what tells records apart, in the name of another record, anywhere else. */
export type Weight = 'A' | 'B' | 'C' | 'D';

/** Marks the digits of numbers in notations of their own, such as phone numbers, among the words of a document. */
export const DIGITS_MARK = '+';

/** Fewest digits by which the end of a phone number is found. */
const SHORTEST_END = 3;

/** Most places in a document, which is what a tsvector can hold of them. */
const LAST_PLACE = 16_383;
/** Most words taken of one value. Long texts are found by their beginning. */
const MOST_WORDS = 400;

/** What one value of a record is found by. */
export interface Lexemes {
  /** In the order of the text. Words in one place are notations of the same word. */
  places: string[][];
  typos: string[];
}

/** Returns what a text is found by. @param canBeMisspelt whether it is a name or the like, that people misspell */
export function textLexemes(text: string, canBeMisspelt: boolean): Lexemes {
  const words = wordsOf(text).slice(0, MOST_WORDS);
  const places = words.map((word) => [word.text, ...word.others, ...withoutZeros(word.text)]);
  places.push(
    ...joinedWords(text.slice(0, 10_000))
      .slice(0, MOST_WORDS)
      .map((word) => [word]),
  );
  const typos = canBeMisspelt
    ? words.flatMap(({ text: word, others }) => [word, ...others].flatMap(misspellingsOf))
    : [];
  return { places, typos };
}

/** Returns what a decimal number is found by. */
export function numberLexemes(value: string): Lexemes {
  return { places: [[NUMBER_MARK + shortNumber(value)]], typos: [] };
}

/** Returns what a text with a form of its own is found by, such as a phone number: each end of each of its notations. */
export function formLexemes(text: string, { form }: Pick<FieldDescriptor, 'form'>): Lexemes {
  const runs = form.search(text).match(/[\dx]+/g) ?? [];
  const ends = runs.flatMap((digits) =>
    Array.from(
      { length: Math.max(1, digits.length - SHORTEST_END + 1) },
      (_, at) => DIGITS_MARK + digits.slice(at),
    ),
  );
  return { places: ends.map((end) => [end]), typos: [] };
}

/** Numbers such as 000123 are also found without their zeros. */
function withoutZeros(word: string): string[] {
  const short = /^0+(\d+)$/.exec(word)?.[1];
  return short ? [short] : [];
}

/** Collects what a record is found by, and writes it as a tsvector. */
export class DocumentText {
  private readonly lexemes = new Map<string, string[]>();
  private readonly misspelt = new Set<string>();
  private place = 1;

  /** @param code stands before each word: see {@link tenantCode} */
  constructor(private readonly code: string) {}

  /** Adds what a value is found by. Values are apart from each other, so that words that stand together count more. */
  add({ places, typos }: Lexemes, weight: Weight): void {
    for (const words of places) {
      if (this.place > LAST_PLACE) return;
      for (const word of words) {
        const own = this.lexemes.get(word) ?? [];
        own.push(`${this.place}${weight}`);
        this.lexemes.set(word, own);
      }
      this.place++;
    }
    this.place += 10;
    for (const typo of typos) this.misspelt.add(this.code + typo);
  }

  /** Returns the text of the tsvector. A word has at most 200 places. */
  tsvector(): string {
    return [...this.lexemes]
      .map(([word, places]) => `${quoted(this.code + word)}:${places.slice(0, 200).join(',')}`)
      .join(' ');
  }

  /** Returns the words by weight, without what stands before them. */
  words(): Record<Weight, string[]> {
    const words: Record<Weight, string[]> = { A: [], B: [], C: [], D: [] };
    for (const [word, places] of this.lexemes)
      for (const weight of new Set(places.map((place) => place.slice(-1) as Weight)))
        words[weight].push(word);
    return words;
  }

  typos(): string[] {
    return [...this.misspelt];
  }
}

/** Returns what stands before each word of a tenant in the index: random digits of its id. */
export const tenantCode = (tenantId: string): string => tenantId.slice(-8);

/** Quotes a word for the text form of tsvector and tsquery. */
export const quoted = (word: string): string => `'${word.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
