import {
  type DateOrder,
  type DecimalMark,
  localDateOrder,
  numberNotation,
} from '@pellucid/conditions/locale-text';
import { type ColumnProfile, type FileConventions, fileConventions } from './column-profile.js';

/** How the cells of a column are to be read. */
export interface ColumnConventions {
  dateOrder: DateOrder;
  /** Undefined where values need both marks: then only what can be read in one way is read. */
  decimalMark: DecimalMark | undefined;
  /** Whether nothing but the company's locale speaks for the mark: then `1.500` may not become 1.50 without a word. */
  isByLocale: boolean;
  /** IANA zone for times without an offset. */
  zone: string;
  /** ISO 4217 code of the company. */
  baseCurrency: string;
}

/** What was chosen for all columns, or by the name of the column. */
export type Choice<T extends string> = T | Record<string, T> | undefined;

/** What people decided about the reading of numbers and dates. */
export interface ReadingChoices {
  dateOrder?: Choice<DateOrder>;
  decimalMark?: Choice<DecimalMark>;
}

function chosenFor<T extends string>(choice: Choice<T>, column: string): T | undefined {
  if (choice === undefined || typeof choice === 'string') return choice;
  return Object.hasOwn(choice, column) ? choice[column] : undefined;
}

/** The company's settings that reading depends on. */
export interface ReadingSettings {
  locale: string;
  zone: string;
  baseCurrency: string;
}

/** How one column is read: what was chosen, what its values say, what the file says, what the country does. */
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

/** The conventions of a column as an import notes them. */
export interface StoredColumnConventions {
  dateOrder: DateOrder;
  decimalMark: DecimalMark | null;
  isByLocale: boolean;
}

/** The conventions of a column as an import has noted them; as the company writes where it has not. */
export function restoredConventions(
  stored: StoredColumnConventions | undefined,
  settings: ReadingSettings,
): ColumnConventions {
  const { zone, baseCurrency } = settings;
  if (stored) return { ...stored, decimalMark: stored.decimalMark ?? undefined, zone, baseCurrency };
  return conventionsOf('', undefined, fileConventions([]), {}, settings);
}
