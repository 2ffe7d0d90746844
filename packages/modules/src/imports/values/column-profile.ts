import { type DateOrder, dateVote } from '@pellucid/conditions/locale-text';
import { type DecimalMark, decimalVote } from '@pellucid/conditions/locale-text';

/** Most distinct values that are kept of a column. */
export const MAX_DISTINCT = 50;

const BOOLEAN = /^(true|false|yes|no|y|n|0|1|on|off|ja|nein|oui|non|wahr|falsch|si|sí)$/i;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const URL_LIKE = /^(https?:\/\/\S+|(www\.)?[\w-]+(\.[\w-]+)+(\/\S*)?)$/i;
const PHONE = /^\+?[\d\s()./-]{6,25}$/;

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
  /** Distinct values with how often, until there are too many of them. */
  distinct: Map<string, number> | undefined = new Map();
  private readonly orders = { YMD: 0, DMY: 0, MDY: 0, any: 0 };
  private readonly marks = { '.': 0, ',': 0 };

  observe(text: string): void {
    const trimmed = text.trim();
    if (trimmed === '') return;
    this.filled++;
    if (text.length > this.longest) this.longest = text.length;
    const { distinct } = this;
    if (distinct) {
      const seen = distinct.get(text);
      if (seen === undefined && this.samples.length < 5) this.samples.push(text.slice(0, 200));
      if (seen === undefined && distinct.size >= MAX_DISTINCT) this.distinct = undefined;
      else distinct.set(text, (seen ?? 0) + 1);
    }
    if (BOOLEAN.test(trimmed)) this.booleans++;
    if (/\d/.test(trimmed)) {
      const mark = decimalVote(trimmed);
      if (mark !== 'none') this.numbers++;
      if (mark === '.' || mark === ',') this.marks[mark]++;
      const order = dateVote(trimmed);
      if (order !== 'none') this.dates++;
      if (order !== 'none' && order !== 'fixed') this.orders[order]++;
      if (PHONE.test(trimmed)) this.phones++;
    }
    if (trimmed.includes('@') && EMAIL.test(trimmed)) this.emails++;
    else if (trimmed.includes('.') && URL_LIKE.test(trimmed)) this.urls++;
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
      if (DMY >= MDY * 20) return 'DMY';
      if (MDY >= DMY * 20) return 'MDY';
      return 'unclear';
    }
    if (any > 0) return 'unclear';
    return YMD > 0 ? 'YMD' : undefined;
  }

  /** The decimal mark, where the values tell. */
  get decimalMark(): DecimalMark | undefined {
    const { '.': points, ',': commas } = this.marks;
    if (points === commas) return undefined;
    return points > commas ? '.' : ',';
  }
}

/** What the columns of a file say together. */
export function fileConventions(columns: ColumnProfile[]): {
  dateOrder: DateOrder | null;
  dateOrderUnclear: boolean;
  decimalMark: DecimalMark | undefined;
} {
  const dates = columns.filter((c) => c.share('dates') > 0.5);
  const orders = new Set(dates.map((c) => c.dateOrder));
  const yearLast = [...orders].filter((o) => o === 'DMY' || o === 'MDY') as DateOrder[];
  const dateOrder =
    yearLast.length === 1 ? yearLast[0]! : orders.size === 1 && orders.has('YMD') ? 'YMD' : null;
  const votes = columns.filter((c) => c.share('numbers') > 0.5).map((c) => c.decimalMark);
  const points = votes.filter((v) => v === '.').length;
  const commas = votes.filter((v) => v === ',').length;
  return {
    dateOrder,
    dateOrderUnclear: yearLast.length > 1 || (orders.has('unclear') && yearLast.length === 0),
    decimalMark: points === commas ? undefined : points > commas ? '.' : ',',
  };
}
