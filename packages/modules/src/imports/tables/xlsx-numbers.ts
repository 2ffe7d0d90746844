/** Number formats that show a date or time (ECMA-376 part 1, 18.8.30; 27–36 and 50–58 are those of East Asian versions). */
const DATE_FORMATS = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
] as const;

const DAY_SECONDS = 86_400;
/** Serial number of 1970-01-01. */
const EPOCH = 25_569;
/** Days between the two calendars of spreadsheets, that of 1900 and that of 1904. */
const EPOCH_1904 = 1_462;
/** Serial number of 9999-12-31. */
const LAST_DAY = 2_958_465;

/**
 * Whether a number format shows a date or time.
 * @param code of a format the workbook defines itself
 */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return DATE_FORMATS.some(([from, to]) => id >= from && id <= to);
  const shown = code
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '')
    .split(';')[0]!;
  return /[ymdhs]/i.test(shown) && !/^general$/i.test(shown);
}

/** A date or time as ISO text: `2017-03-01`, `2017-03-01T14:30:00`, `14:30:00` for a time of no day. */
export function serialText(raw: string, is1904: boolean): string {
  const serial = Number(raw);
  // The calendar of 1900 has a 29 February (60) that never was: days before it are one further on.
  const days = is1904 ? serial + EPOCH_1904 : serial < 60 ? serial + 1 : serial;
  if (!(serial >= 0 && days < LAST_DAY + 1)) return numberText(raw);
  const iso = new Date(Math.round((days - EPOCH) * DAY_SECONDS) * 1000).toISOString();
  if (serial < 1 && serial > 0) return iso.slice(11, 19);
  return iso.endsWith('T00:00:00.000Z') ? iso.slice(0, 10) : iso.slice(0, 19);
}

/** A number as it was typed: spreadsheets store 0.1 + 0.2 with all its binary digits. */
export function numberText(raw: string): string {
  return /^-?\d+\.\d{12,}(E[+-]?\d+)?$/i.test(raw) ? String(Number(Number(raw).toPrecision(15))) : raw;
}
