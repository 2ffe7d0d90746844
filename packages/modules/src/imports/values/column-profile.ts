import { readEmail } from '@pellucid/conditions/contact-text';
import {
  bareNumber,
  type DateOrder,
  dateVote,
  type DecimalMark,
  decimalOf,
} from '@pellucid/conditions/locale-text';

/** Maximum number of distinct values kept per column. */
export const MAX_DISTINCT = 50;

const BOOLEAN = /^(true|false|yes|no|y|n|0|1|on|off|ja|nein|oui|non|wahr|falsch|si|sí)$/i;
const URL_LIKE = /^(https?:\/\/\S+|(www\.)?[\w-]+(\.[\w-]+)+(\/\S*)?)$/i;
const PHONE = /^\+?[\d\s()./-]{6,25}$/;

const ID_LENGTH = 36;
const ID = /(?:[a-zA-Z_][\w-]*\/)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.source;
const RECORD_IDS = new RegExp(`^${ID}(?:\\s*;\\s*${ID})*$`, 'i');

/** How many times more often one reading must be needed before the other is considered a slip. */
const CLEARLY = 20;

/** A profile of a column's values, built up one by one. */
export class ColumnProfile {
  /** Number of values that are not blank. */
  filled = 0;
  numbers = 0;
  dates = 0;
  booleans = 0;
  emails = 0;
  urls = 0;
  phones = 0;
  /** Number of values that are IDs of records, or lists of them. */
  ids = 0;
  longest = 0;
  readonly samples: string[] = [];
  /** Those of the samples that are numbers of a workbook. */
  readonly numberSamples = new Set<string>();
  /** Distinct values with their frequency; undefined once there are too many. */
  distinct: Map<string, number> | undefined = new Map();
  private readonly orders = { YMD: 0, DMY: 0, MDY: 0, any: 0 };
  /** Number of values that can be read with only one decimal mark. */
  private readonly marks = { '.': 0, ',': 0 };
  /** The first values that depend on the decimal mark, as `1.500` does, by the mark that they contain. */
  private readonly unclear: { '.'?: string; ','?: string } = {};

  /** Adds a value. @param isNumber whether it is a number of a workbook, which says nothing about decimal marks */
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
    if (trimmed.length >= ID_LENGTH && RECORD_IDS.test(trimmed)) this.ids++;
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

  /** Returns the share of values of a kind, from 0 to 1. */
  share(kind: 'numbers' | 'dates' | 'booleans' | 'emails' | 'urls' | 'phones' | 'ids'): number {
    return this.filled === 0 ? 0 : this[kind] / this.filled;
  }

  /** The order of the dates; `unclear` if values support both or neither. */
  get dateOrder(): DateOrder | 'unclear' | undefined {
    const { YMD, DMY, MDY, any } = this.orders;
    if (DMY > 0 || MDY > 0) {
      // A single damaged value must not outweigh a hundred others.
      if (DMY >= MDY * CLEARLY) return 'DMY';
      if (MDY >= DMY * CLEARLY) return 'MDY';
      return 'unclear';
    }
    if (any > 0) return 'unclear';
    return YMD > 0 ? 'YMD' : undefined;
  }

  /** The decimal mark, if the values show it; `mixed` if they need both. */
  get decimalMark(): DecimalMark | 'mixed' | undefined {
    const { '.': points, ',': commas } = this.marks;
    if (points === 0 && commas === 0) return undefined;
    if (points >= commas * CLEARLY) return '.';
    if (commas >= points * CLEARLY) return ',';
    return 'mixed';
  }

  /**
   * Returns a number that depends on the decimal mark, if there is one.
   * @param mark only one that contains this mark
   */
  unclearNumber(mark?: DecimalMark): string | undefined {
    return mark === undefined ? (this.unclear['.'] ?? this.unclear[',']) : this.unclear[mark];
  }
}

/** What the columns of a file show together. */
export interface FileConventions {
  dateOrder: DateOrder | null;
  dateOrderUnclear: boolean;
  decimalMark: DecimalMark | undefined;
}

/**
 * Combines what the columns of a file show.
 * @param expected decimal mark that its format leads one to expect
 */
export function fileConventions(columns: ColumnProfile[], expected?: DecimalMark): FileConventions {
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
    decimalMark: isAgreed
      ? marks.has('.')
        ? '.'
        : ','
      : marks.size <= 1 && !marks.has('mixed')
        ? expected
        : undefined,
  };
}
