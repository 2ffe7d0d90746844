import { splitCurrency } from '@pellucid/conditions/locale-text';

/**
 * Number formats that show a date or time (ECMA-376 part 1, 18.8.30; 27–36 and 50–58 are those of East Asian versions).
 */
const DATE_FORMATS = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
] as const;

const DAY_SECONDS = 86_400;
/** Serial number of 1970-01-01. */
const EPOCH = 25_569;
/** Days between the two calendar systems of spreadsheets, 1900 and 1904. */
const EPOCH_1904 = 1_462;
/** Serial number of 9999-12-31. */
const LAST_DAY = 2_958_465;

/** What a number format adds to a number's value. */
export interface NumberFormat {
  isDate: boolean;
  isPercent: boolean;
  /** Minimum number of digits of the whole part: `00000`. */
  digits: number;
  /** The currency's sign or code. */
  currency?: string;
}

/** Built-in number formats of percentages. */
const PERCENT_FORMATS = [9, 10];

/** Currencies whose signs several countries share, by the format's language (MS-LCID, hexadecimal). */
const BY_LANGUAGE: Record<string, Record<string, string>> = {
  $: {
    '409': 'USD',
    '1009': 'CAD',
    c0c: 'CAD',
    c09: 'AUD',
    '1409': 'NZD',
    '4809': 'SGD',
    c04: 'HKD',
    '404': 'TWD',
    '80a': 'MXN',
  },
  '£': { '809': 'GBP' },
  '¥': { '411': 'JPY', '804': 'CNY' },
  kr: { '41d': 'SEK', '406': 'DKK', '414': 'NOK', '40f': 'ISK' },
};

/**
 * Parses a number format (ECMA-376 part 1, 18.8.31).
 * @param code of a format that the workbook defines itself
 */
export function numberFormat(id: number, code: string | undefined): NumberFormat {
  if (code === undefined)
    return {
      isDate: DATE_FORMATS.some(([from, to]) => id >= from && id <= to),
      isPercent: PERCENT_FORMATS.includes(id),
      digits: 0,
    };
  const section = /^(?:"[^"]*"|\\.|\[[^\]]*\]|[^;"\\[])*/.exec(code)![0];
  const bare = section.replace(/"[^"]*"|\\.|_.|\*./g, '').replace(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '');
  const isDate = /[ymdhs]/i.test(bare) && !/^general$/i.test(bare.trim());
  const currency = isDate ? undefined : currencyOf(section);
  return {
    isDate,
    isPercent: bare.includes('%'),
    digits: /^0{2,}$/.test(bare.trim()) ? bare.trim().length : 0,
    ...(currency && { currency }),
  };
}

function currencyOf(section: string): string | undefined {
  const told = /\[\$([^\]-]+)(?:-([0-9a-f]+))?[^\]]*\]/i.exec(section);
  if (told) {
    const sign = told[1]!.trim();
    return BY_LANGUAGE[sign]?.[told[2]?.replace(/^0+/, '').toLowerCase() ?? ''] ?? known(sign);
  }
  const literals = section
    .replace(/\[[^\]]*\]|_.|\*./g, '')
    .replace(/"([^"]*)"|\\(.)|[0#?.,%\s()+-]/g, (_, quoted = '', escaped = '') => quoted + escaped);
  return known(literals.trim());
}

/** Returns the text if it is a currency's sign or code. */
function known(sign: string): string | undefined {
  const { rest, currency } = splitCurrency(`${sign} 1`);
  return rest === '1' && currency?.currencies.length ? sign : undefined;
}

/** Formats a number as its format says: `USD 1250.5`, `50%`, `00042`. The decimal mark is a point. */
export function formattedNumber(raw: string, { isPercent, digits, currency }: NumberFormat): string {
  const number = numberText(raw);
  if (isPercent) return `${Number((Number(raw) * 100).toPrecision(15))}%`;
  if (currency) return `${currency} ${number}`;
  if (digits && /^-?\d+$/.test(number))
    return number.startsWith('-')
      ? `-${number.slice(1).padStart(digits, '0')}`
      : number.padStart(digits, '0');
  return number;
}

/** Formats a date or time as ISO text: `2017-03-01`, `2017-03-01T14:30:00`, `14:30:00` for a time without a date. */
export function serialText(raw: string, is1904: boolean): string {
  const serial = Number(raw);
  // The 1900 calendar has a 29 February (60) that never existed, so days before it are off by one.
  const days = is1904 ? serial + EPOCH_1904 : serial < 60 ? serial + 1 : serial;
  if (!(serial >= 0 && days < LAST_DAY + 1)) return numberText(raw);
  const iso = new Date(Math.round((days - EPOCH) * DAY_SECONDS) * 1000).toISOString();
  if (serial < 1 && serial > 0) return iso.slice(11, 19);
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19);
}

/** Returns a number as it was typed: spreadsheets store 0.1 + 0.2 with all its binary digits. */
export function numberText(raw: string): string {
  return /^-?\d+\.\d{12,}(E[+-]?\d+)?$/i.test(raw) ? String(Number(Number(raw).toPrecision(15))) : raw;
}
