import { CURRENCIES } from '@pellucid/platform/money';

/** Which character parts the decimals. */
export type DecimalMark = '.' | ',';

// Group marks beside point and comma: blanks of all widths and apostrophes (Swiss).
const GROUP_MARKS = /(?<=\d)[\s\u00a0\u202f\u2009'’](?=\d{3}(?!\d))/g;
const CURRENCY = `(?:\\p{Sc}|[A-Z]{1,3}\\p{Sc}|${CURRENCIES.join('|')}|kr\\.?|z[łl]|Kč|Ft|lei|Fr\\.?|Rs\\.?)`;
const AROUND = new RegExp(`^${CURRENCY}\\s*|\\s*${CURRENCY}$`, 'giu');

/** Nobody writes longer numbers; patterns that look for blanks from each place on would take minutes for a long cell. */
const LONGEST = 100;

/** Strips what may stand around a number: currency, per cent, brackets or a trailing minus for negatives. */
function bare(text: string): { digits: string; negative: boolean } | undefined {
  let rest = text.trim();
  if (rest.length > LONGEST) return undefined;
  rest = rest.replace(/[\u2212\u2013]/g, '-');
  let negative = false;
  const bracketed = /^\((.*)\)$/.exec(rest);
  if (bracketed) {
    negative = true;
    rest = bracketed[1]!.trim();
  }
  const sign = () => {
    const match = /^([+-])\s*(.*)$/s.exec(rest) ?? /^(.*?)\s*(-)$/s.exec(rest);
    if (!match) return;
    const [mark, body] = match[1] === '+' || match[1] === '-' ? [match[1], match[2]!] : ['-', match[1]!];
    if (mark === '-') negative = !negative;
    rest = body;
  };
  sign();
  rest = rest.replace(AROUND, '').replace(AROUND, '').replace(/\s*%$/, '').trim();
  if (/^[+-]/.test(rest)) sign();
  rest = rest.replace(GROUP_MARKS, '');
  return /^[\d.,]*\d[\d.,]*(e[+-]?\d{1,2})?$/i.test(rest) ? { digits: rest, negative } : undefined;
}

/**
 * Number as people write it → decimal text (`1054.5`). Understands group marks, currency signs and codes, per cent, brackets.
 * @param mark the decimal mark of the column
 * @returns undefined when it is no number under that mark: `12,5` is none where the comma groups thousands
 */
export function parseNumberText(text: string, mark: DecimalMark): string | undefined {
  const found = bare(text);
  if (!found) return undefined;
  const group = mark === '.' ? ',' : '.';
  const [mantissa, exponent] = found.digits.toLowerCase().split('e') as [string, string | undefined];
  const parts = mantissa.split(mark);
  if (parts.length > 2) return undefined;
  let [whole, fraction = ''] = parts as [string, string?];
  if (fraction.includes(group)) return undefined;
  if (whole.includes(group)) {
    const groups = whole.split(group);
    // India groups by two above the thousands: 12,34,567.
    if (groups[0]!.length < 1 || groups[0]!.length > 3 || groups.at(-1)!.length !== 3) return undefined;
    if (groups.slice(1, -1).some((g) => g.length !== 3 && g.length !== 2)) return undefined;
    whole = groups.join('');
  }
  if (exponent) [whole, fraction] = shift(whole, fraction, Number(exponent));
  whole = whole.replace(/^0+(?=\d)/, '') || '0';
  const plain = fraction ? `${whole}.${fraction}` : whole;
  return found.negative && /[1-9]/.test(plain) ? `-${plain}` : plain;
}

function shift(whole: string, fraction: string, by: number): [string, string] {
  const digits = whole + fraction;
  const point = whole.length + by;
  if (point <= 0) return ['0', '0'.repeat(-point) + digits];
  return [digits.slice(0, point).padEnd(point, '0'), digits.slice(point)];
}

/**
 * What one value says about the decimal mark of its column.
 * @returns the mark where the value can be read in one way only, `either` where it cannot be told, `none` for no number
 */
export function decimalVote(text: string): DecimalMark | 'either' | 'none' {
  const found = bare(text);
  if (!found) return 'none';
  if (!/[.,]/.test(found.digits)) return 'either';
  const asPoint = parseNumberText(text, '.') !== undefined;
  const asComma = parseNumberText(text, ',') !== undefined;
  if (asPoint && asComma) return 'either';
  return asPoint ? '.' : asComma ? ',' : 'none';
}
