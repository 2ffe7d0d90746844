import {
  type DateOrder,
  type DecimalMark,
  localDateOrder,
  numberNotation,
} from '@pellucid/conditions/locale-text';
import type { ColumnConventions } from '@pellucid/platform/records';
import { type ColumnProfile, type FileConventions, fileConventions } from './column-profile.js';

/** A choice for all columns, or by the name of the column. */
export type Choice<T extends string> = T | Record<string, T> | undefined;

/** What people chose about how numbers and dates are read. */
export interface ReadingChoices {
  dateOrder?: Choice<DateOrder>;
  decimalMark?: Choice<DecimalMark>;
}

function chosenFor<T extends string>(choice: Choice<T>, column: string): T | undefined {
  if (choice === undefined || typeof choice === 'string') return choice;
  return Object.hasOwn(choice, column) ? choice[column] : undefined;
}

/** The company's settings that affect reading. */
export interface ReadingSettings {
  locale: string;
  zone: string;
  baseCurrency: string;
}

/**
 * Decides how one column is read: by the person's choice, else by its values, else by the file, else by the country.
 */
export function conventionsOf(
  column: string,
  profile: ColumnProfile | undefined,
  file: FileConventions,
  chosen: ReadingChoices,
  { locale, zone, baseCurrency }: ReadingSettings,
): ColumnConventions {
  const order = profile?.dateOrder;
  const dateOrder =
    chosenFor(chosen.dateOrder, column) ??
    (order && order !== 'unclear' ? order : undefined) ??
    file.dateOrder ??
    localDateOrder(locale);
  const mark = chosenFor(chosen.decimalMark, column) ?? profile?.decimalMark ?? file.decimalMark;
  return {
    dateOrder,
    decimalMark: mark === 'mixed' ? undefined : (mark ?? numberNotation(locale).decimalMark),
    isByLocale: mark === undefined,
    zone,
    baseCurrency,
  };
}

/** The conventions of a column as an import stores them. */
export interface StoredColumnConventions {
  dateOrder: DateOrder;
  decimalMark: DecimalMark | null;
  isByLocale: boolean;
}

/** Returns the stored conventions of a column; the company's own if none are stored. */
export function restoredConventions(
  stored: StoredColumnConventions | undefined,
  settings: ReadingSettings,
): ColumnConventions {
  const { zone, baseCurrency } = settings;
  if (stored) return { ...stored, decimalMark: stored.decimalMark ?? undefined, zone, baseCurrency };
  return conventionsOf('', undefined, fileConventions([]), {}, settings);
}
