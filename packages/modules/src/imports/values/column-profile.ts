import { readEmail } from '@pellucid/conditions/contact-text';
import {
  bareNumber,
  type DateOrder,
  dateVote,
  type DecimalMark,
  decimalOf,
} from '@pellucid/conditions/locale-text';

/** Most distinct values that are kept of a column. */
export const MAX_DISTINCT = 50;

const BOOLEAN = /^(true|false|yes|no|y|n|0|1|on|off|ja|nein|oui|non|wahr|falsch|si|sí)$/i;
const URL_LIKE = /^(https?:\/\/\S+|(www\.)?[\w-]+(\.[\w-]+)+(\/\S*)?)$/i;
const PHONE = /^\+?[\d\s()./-]{6,25}$/;

/** How many times as often one reading must be needed before the other is taken for a slip. */
const CLEARLY = 20;

/** What the values of a column look like, learnt one by one. */
export class ColumnProfile {
  /** Values that are not blank. */
  filled = 0;
  numbers = 0;
  dates = 0;
  booleans = 0;
  emails = 0;
  urls = 0;
  phones = 0;
  longest = 0;
  readonly samples: string[] = [];
  /** Those of the samples that are numbers of a workbook. */
  readonly numberSamples = new Set<string>();
  /** Distinct values with how often, until there are too many of them. */
  distinct: Map<string, number> | undefined = new Map();
  private readonly orders = { YMD: 0, DMY: 0, MDY: 0, any: 0 };
  /** Numbers that can be read under one decimal mark only. */
  private readonly marks = { '.': 0, ',': 0 };
  /** The first numbers that differ by the decimal mark, as `1.500` does, by the mark they hold. */
  private readonly unclear: { '.'?: string; ','?: string } = {};

  /** @param isNumber whether it is a number of a workbook: such a one says nothing about marks */
  observe(text: string, isNumber = false): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    this.filled++;
    if (text.length > this.longest) this.longest = text.length;
    const { distinct } = this;
    if (distinct) {
      const seen = distinct.get(text);
      if (seen === undefined && this.samples.length < 5) {
        this.samples.push(text.slice(0, 200));
        if (isNumber) this.numberSamples.add(text);
      }
      if (seen === undefined && distinct.size >= MAX_DISTINCT) this.distinct = undefined;
      else distinct.set(text, (seen ?? 0) + 1);
    }
    if (BOOLEAN.test(trimmed)) this.booleans++;
    if (/\p{Nd}/u.test(trimmed)) {
      if (isNumber) this.numbers++;
      else this.observeNumber(trimmed);
      const order = dateVote(trimmed);
      if (order !== 'none') this.dates++;
      if (order !== 'none' && order !== 'fixed') this.orders[order]++;
      if (PHONE.test(trimmed)) this.phones++;
    }
    if (trimmed.includes('@') && readEmail(trimmed) !== undefined) this.emails++;
    else if (trimmed.includes('.') && URL_LIKE.test(trimmed)) this.urls++;
  }

  private observeNumber(text: string): void {
    const bare = bareNumber(text);
    if (!bare) return;
    const mark = /[.,]/.exec(bare.digits)?.[0] as DecimalMark | undefined;
    if (mark) {
      const isPoint = decimalOf(bare, '.') !== undefined;
      const isComma = decimalOf(bare, ',') !== undefined;
      if (isPoint !== isComma) this.marks[isPoint ? '.' : ',']++;
      else if (isPoint) this.unclear[mark] ??= text.slice(0, 200);
      else return;
    }
    this.numbers++;
  }

  /** Share of the values of a kind, 0 to 1. */
  share(kind: 'numbers' | 'dates' | 'booleans' | 'emails' | 'urls' | 'phones'): number {
    return this.filled === 0 ? 0 : this[kind] / this.filled;
  }

  /** The order of the dates; `unclear` where values speak for both or neither. */
  get dateOrder(): DateOrder | 'unclear' | undefined {
    const { YMD, DMY, MDY, any } = this.orders;
    if (DMY > 0 || MDY > 0) {
      // A single damaged value must not undo what a hundred others say.
      if (DMY >= MDY * CLEARLY) return 'DMY';
      if (MDY >= DMY * CLEARLY) return 'MDY';
      return 'unclear';
    }
    if (any > 0) return 'unclear';
    return YMD > 0 ? 'YMD' : undefined;
  }

  /** The decimal mark, where the values tell; `mixed` where they need both. */
  get decimalMark(): DecimalMark | 'mixed' | undefined {
    const { '.': points, ',': commas } = this.marks;
    if (points === 0 && commas === 0) return undefined;
    if (points >= commas * CLEARLY) return '.';
    if (commas >= points * CLEARLY) return ',';
    return 'mixed';
  }

  /** A number that differs by the decimal mark, where there is one. @param mark only one that holds this mark */
  unclearNumber(mark?: DecimalMark): string | undefined {
    return mark === undefined ? (this.unclear['.'] ?? this.unclear[',']) : this.unclear[mark];
  }
}

/** What the columns of a file say together. */
export interface FileConventions {
  dateOrder: DateOrder | null;
  dateOrderUnclear: boolean;
  decimalMark: DecimalMark | undefined;
}

/** What the columns of a file say together. */
export function fileConventions(columns: ColumnProfile[]): FileConventions {
  const dates = columns.filter((c) => c.share('dates') > 0.5);
  const orders = new Set(dates.map((c) => c.dateOrder));
  const yearLast = [...orders].filter((o) => o === 'DMY' || o === 'MDY') as DateOrder[];
  const dateOrder =
    yearLast.length === 1 ? yearLast[0]! : orders.size === 1 && orders.has('YMD') ? 'YMD' : null;
  const marks = new Set(columns.filter((c) => c.share('numbers') > 0.5).map((c) => c.decimalMark));
  const isAgreed = !marks.has('mixed') && marks.has('.') !== marks.has(',');
  return {
    dateOrder,
    dateOrderUnclear: yearLast.length > 1 || (orders.has('unclear') && yearLast.length === 0),
    decimalMark: isAgreed ? (marks.has('.') ? '.' : ',') : undefined,
  };
}
