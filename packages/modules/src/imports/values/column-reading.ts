import { type DateOrder, type DecimalMark, parseDateText } from '@pellucid/conditions/locale-text';
import { CellError, type ColumnConventions, field, numberOf } from '@pellucid/platform/records';
import type { ColumnProfile } from './column-profile.js';

/** A value from the file and its interpretation; null if there is none, or more than one. */
export interface ReadSample {
  text: string;
  value: string | null;
  /** ISO 4217 code of the sign next to a number. */
  currency?: string;
}

/** How the numbers or dates of a column are interpreted. */
export type ColumnReading =
  | { kind: 'number'; decimalMark: DecimalMark | null; isUnclear: boolean; samples: ReadSample[] }
  | { kind: 'date'; dateOrder: DateOrder; isUnclear: boolean; samples: ReadSample[] };

const AMOUNT = field.money('amount', 'Amount');
const NUMBER = field.number('number', 'Number', { scale: 2 });

/** Returns how a column is interpreted, with samples; undefined if it contains mostly texts. */
export function readingOf(profile: ColumnProfile, conventions: ColumnConventions): ColumnReading | undefined {
  if (profile.share('dates') > 0.5) {
    const { dateOrder } = conventions;
    return {
      kind: 'date',
      dateOrder,
      isUnclear: profile.dateOrder === 'unclear',
      samples: profile.samples.map((text) => ({ text, value: parseDateText(text, dateOrder)?.date ?? null })),
    };
  }
  if (profile.share('numbers') <= 0.5) return undefined;
  const { decimalMark, isByLocale } = conventions;
  const read = (text: string) => sample(text, conventions, profile.numberSamples.has(text));
  const samples = profile.samples.map(read);
  // Undecidable values are shown, wherever in the column they are.
  const doubtful =
    decimalMark === undefined
      ? profile.unclearNumber()
      : isByLocale
        ? profile.unclearNumber(decimalMark)
        : undefined;
  if (doubtful !== undefined && !profile.samples.includes(doubtful)) samples.push(read(doubtful));
  return { kind: 'number', decimalMark: decimalMark ?? null, isUnclear: doubtful !== undefined, samples };
}

function sample(text: string, conventions: ColumnConventions, isNumber: boolean): ReadSample {
  try {
    const target = text.includes('%') ? NUMBER : AMOUNT;
    const { value, currency } = numberOf(text, target, conventions, isNumber);
    const codes = currency?.currencies ?? [];
    const likeliest = currency?.isShared && codes.length > 1 ? undefined : codes[0];
    const code = codes.includes(conventions.baseCurrency) ? conventions.baseCurrency : likeliest;
    return { text, value, ...(code && { currency: code }) };
  } catch (error) {
    if (error instanceof CellError) return { text, value: null };
    throw error;
  }
}
