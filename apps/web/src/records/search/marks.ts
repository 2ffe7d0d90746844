import { normalizeText } from '@pellucid/conditions';

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** How German and Nordic letters are written without their dots, as the search reads them. */
const SPELT: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' };

const formsOf = (word: string): string[] => {
  const spelt = word
    .normalize('NFC')
    .toLowerCase()
    .replace(/[äöüåø]/g, (letter) => SPELT[letter]!);
  return [...new Set([normalizeText(word), normalizeText(spelt)])];
};

/** Part of a text, and whether the search marks it. */
export interface TextPart {
  text: string;
  isMarked: boolean;
}

/**
 * Splits a text where words begin with a word of the search. Digits are marked wherever they occur, since phone numbers
 * and amounts are found in any notation.
 */
export function markedParts(text: string, q: string): TextPart[] {
  const wanted = (q.match(WORD) ?? []).flatMap(formsOf);
  const digits = q.replace(/\D/g, '').replace(/^0+/, '');
  const isNumber = digits.length >= 3 && /^[\d\s()+./'x,-]+$/.test(q.trim());
  const parts: TextPart[] = [];
  let end = 0;
  const add = (from: number, to: number) => {
    if (from > end) parts.push({ text: text.slice(end, from), isMarked: false });
    parts.push({ text: text.slice(from, to), isMarked: true });
    end = to;
  };
  if (isNumber) {
    const place = placeOfDigits(text, digits);
    if (place) add(...place);
  }
  for (const word of text.matchAll(WORD)) {
    if (word.index < end) continue;
    const found = formsOf(word[0]).flatMap((form) => wanted.filter((each) => form.startsWith(each)));
    const longest = Math.max(0, ...found.map((each) => each.length));
    if (longest > 0) add(word.index, word.index + Math.min(longest, word[0].length));
  }
  if (end < text.length) parts.push({ text: text.slice(end), isMarked: false });
  return parts;
}

/** Where the digits stand in a text, whatever stands between them. */
function placeOfDigits(text: string, digits: string): [number, number] | undefined {
  const places = [...text.matchAll(/\d/g)].map(({ index }) => index);
  // A national number is the end of the international one, so fewer digits at the front may match.
  for (let cut = 0; digits.length - cut >= 3 && cut <= 4; cut++) {
    const at = places
      .map((place) => text[place])
      .join('')
      .indexOf(digits.slice(cut));
    if (at >= 0) return [places[at]!, places[at + digits.length - cut - 1]! + 1];
  }
  return undefined;
}
