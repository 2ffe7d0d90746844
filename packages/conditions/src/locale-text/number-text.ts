import { type CurrencyMark, splitCurrency } from './currency-marks.js';

/** The character before the decimals. */
export type DecimalMark = '.' | ',';

/** Blanks of all widths and apostrophes (Swiss) can only group digits, never separate the decimals. */
const BLANK = /[\s\u00a0\u2007\u2009\u202f]/g;
const APOSTROPHE = /['’ʼ`´]/g;
/** Marks of writing direction occur next to signs in Arabic and Hebrew; numbers ignore them. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
/** Dashes in place of the decimals mean that there are none: `50.000,-`, `1'250.–`. */
const NO_DECIMALS = /(?<=\d[.,])[-\u2010-\u2015\u2212]{1,2}(?=\D*$)/;
/** Zeros of the decimal digits that locales use besides 0–9: Arabic, Persian, Devanagari, Bengali, full-width. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xff10];

/**
 * Longer texts are not numbers, and patterns that look for blanks at each position would take minutes for a long cell.
 */
const LONGEST = 100;

/** A number as written, without what may surround it. */
export interface BareNumber {
  /** Digits and marks: `1,234.50`. Blanks of any width become a space, apostrophes become `'`. */
  digits: string;
  negative: boolean;
  currency?: CurrencyMark;
  percent: boolean;
}

function latin(text: string): string {
  return text
    .replace(/\p{Nd}/gu, (digit) => {
      const code = digit.codePointAt(0)!;
      const zero = ZEROS.find((z) => code >= z && code < z + 10);
      return zero === undefined ? digit : String(code - zero);
    })
    .replace(/٫/g, ',')
    .replace(/٬/g, "'");
}

/**
 * Strips what may surround a number: a sign, the currency, a percent sign, brackets or a trailing minus for negatives.
 * @returns undefined if it is not a number in any notation
 */
export function bareNumber(text: string): BareNumber | undefined {
  let rest = text.trim();
  if (rest.length > LONGEST) return undefined;
  rest = rest.replace(DIRECTION, '').replace(NO_DECIMALS, '0');
  rest = latin(rest.replace(/[\u2212\u2012\u2013\ufe63\uff0d]/g, '-'));
  let negative = false;
  // One sign at most: two, as in `--5` and `(-5)`, are a slip or mean something else to everybody.
  let isSigned = false;
  const bracketed = /^\((.*)\)$/s.exec(rest);
  if (bracketed) {
    negative = isSigned = true;
    rest = bracketed[1]!.trim();
  }
  /** @returns false where there is a second sign */
  const sign = (): boolean => {
    const before = /^([+-])\s*(.*)$/s.exec(rest);
    const after = before ? null : /^(.*?)\s*(-)$/s.exec(rest);
    if (!before && !after) return true;
    if (isSigned) return false;
    isSigned = true;
    negative = Boolean(after) || before![1] === '-';
    rest = before ? before[2]! : after![1]!;
    return true;
  };
  if (!sign()) return undefined;
  const percent = /\s*%$/.test(rest);
  if (percent) rest = rest.replace(/\s*%$/, '');
  const { rest: number, currency } = splitCurrency(rest);
  rest = number;
  if (!sign()) return undefined;
  rest = rest.replace(BLANK, ' ').replace(APOSTROPHE, "'");
  if (!/^[\d.,' ]*\d[\d.,' ]*(e[+-]?\d{1,2})?$/i.test(rest)) return undefined;
  return { digits: rest, negative, percent, ...(currency && { currency }) };
}

/**
 * Returns the digits under one decimal mark, without group marks: whole part and fraction. All group marks must be the
 * same, groups have three digits each (two above the thousands, as in India: 12,34,567), and the first does not begin
 * with 0.
 */
function ungrouped(mantissa: string, mark: DecimalMark): [whole: string, fraction: string] | undefined {
  const parts = mantissa.split(mark);
  if (parts.length > 2) return undefined;
  const [whole, fraction = ''] = parts as [string, string?];
  if (!/^\d*$/.test(fraction)) return undefined;
  const marks = new Set(whole.replace(/\d/g, ''));
  if (marks.size === 0) return [whole, fraction];
  if (marks.size > 1) return undefined;
  const groups = whole.split([...marks][0]!);
  if (!/^[1-9]\d{0,2}$/.test(groups[0]!) || !/^\d{3}$/.test(groups.at(-1)!)) return undefined;
  const middle = groups.slice(1, -1);
  const areThrees = middle.every((g) => g.length === 3);
  const areTwos = groups[0]!.length < 3 && middle.every((g) => g.length === 2);
  return areThrees || areTwos ? [groups.join(''), fraction] : undefined;
}

function shift(whole: string, fraction: string, by: number): [string, string] {
  const digits = whole + fraction;
  const point = whole.length + by;
  if (point <= 0) return ['0', '0'.repeat(-point) + digits];
  return [digits.slice(0, point).padEnd(point, '0'), digits.slice(point)];
}

/** Converts a bare number to a decimal text under a decimal mark; see `parseNumberText`. */
export function decimalOf(number: BareNumber, mark: DecimalMark): string | undefined {
  const [mantissa, exponent] = number.digits.toLowerCase().split('e') as [string, string | undefined];
  const parted = ungrouped(mantissa, mark);
  if (!parted) return undefined;
  let [whole, fraction] = parted;
  if (exponent) [whole, fraction] = shift(whole, fraction, Number(exponent));
  whole = whole.replace(/^0+(?=\d)/, '') || '0';
  const plain = fraction ? `${whole}.${fraction}` : whole;
  return number.negative && /[1-9]/.test(plain) ? `-${plain}` : plain;
}

/**
 * Converts a number as people write it to a decimal text (`1054.5`). Understands group marks, currency signs and codes,
 * percent signs, brackets.
 * @param mark the decimal mark of the column
 * @returns undefined when it is not a number under that mark, as `12,5` if the comma groups thousands
 */
export function parseNumberText(text: string, mark: DecimalMark): string | undefined {
  const found = bareNumber(text);
  return found && decimalOf(found, mark);
}

/**
 * Returns what one value says about the decimal mark of its column.
 * @returns the mark if the value can be read in only one way, `either` if it cannot be told, `none` if it is not a
 *   number
 */
export function decimalVote(text: string): DecimalMark | 'either' | 'none' {
  const found = bareNumber(text);
  if (!found) return 'none';
  if (!/[.,]/.test(found.digits)) return 'either';
  const asPoint = decimalOf(found, '.') !== undefined;
  const asComma = decimalOf(found, ',') !== undefined;
  if (asPoint && asComma) return 'either';
  return asPoint ? '.' : asComma ? ',' : 'none';
}
