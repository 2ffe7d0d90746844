import { FIELD_TYPES, normalizeText, splitPath } from '@pellucid/conditions';
import type { RecordDescriptor } from '../describe/descriptor.js';
import type { AggregateRequest, GroupKey, MeasureValue } from '../read/aggregate/request.js';
import { type Calendar, CUSTOM_FIELDS } from './deals-world.js';

type Shown = Record<string, any>;

/** What a caller is shown: their list of the object, and of the objects that it refers to, by id. */
export interface ShownRecords {
  object: RecordDescriptor;
  records: Shown[];
  others: Record<string, { object: RecordDescriptor; byId: Map<string, Shown> }>;
}

/** A group, with its key in a form in which keys can be compared. */
export interface ExpectedGroup {
  keys: GroupKey[];
  values: MeasureValue[];
}

const cents = (decimal: string, scale: number) => {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal)!;
  return BigInt(`${sign}${whole}${fraction.padEnd(scale, '0')}`);
};
const decimal = (value: bigint, scale: number, least: number) => {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  let fraction = scale ? digits.slice(-scale) : '';
  while (fraction.length > least && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  const whole = scale ? digits.slice(0, -scale) : digits;
  return `${value < 0n ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
};

/**
 * Works out an aggregate from what the caller's own lists show, in memory and without anything of the engine's: the
 * oracle of the property test. Amounts are in euros.
 */
export function expectedAggregate(
  shown: ShownRecords,
  request: AggregateRequest,
  calendar: Calendar,
): { groups: ExpectedGroup[]; totals: MeasureValue[] } {
  const groups = new Map<string, { keys: GroupKey[]; spellings: (string | null)[][]; rows: Shown[] }>();
  for (const row of shown.records) {
    const keysOfEach = (request.groupBy ?? []).map(({ field, by }) =>
      keysOf(shown, row, field, by, calendar),
    );
    for (const combination of product(keysOfEach)) {
      const id = JSON.stringify(combination.map((c) => c.same));
      const group = groups.get(id) ?? { keys: combination.map((c) => c.key), spellings: [], rows: [] };
      group.spellings.push(combination.map((c) => c.spelling));
      group.rows.push(row);
      groups.set(id, group);
    }
  }
  const measured = (rows: Shown[]) => request.measures.map((m) => measuredIn(shown, rows, m.fn, m.field));
  return {
    groups: [...groups.values()].map(({ keys, spellings, rows }) => ({
      keys: keys.map((key, n) => {
        const texts = spellings.map((s) => s[n]).filter((s) => typeof s === 'string');
        return texts.length ? texts.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))[0]! : key;
      }),
      values: measured(rows),
    })),
    totals: measured(shown.records),
  };
}

/** A value that a record is grouped by: what makes it the same as another, and what is shown. */
interface Key {
  same: unknown;
  key: GroupKey;
  spelling: string | null;
}

function keysOf(
  shown: ShownRecords,
  row: Shown,
  path: string,
  by: string | undefined,
  calendar: Calendar,
): Key[] {
  const { value, type, scale } = valueAt(shown, row, path);
  const nothing: Key = { same: null, key: null, spelling: null };
  if (value === null || value === undefined || (Array.isArray(value) && !value.length)) return [nothing];
  const { family, isAmount } = FIELD_TYPES[type];
  const plain = (of: any): Key => ({ same: of?.id ?? of, key: of, spelling: null });
  if (family === 'set') return value.map(plain);
  if (family === 'text') return [{ same: normalizeText(value), key: value, spelling: value }];
  if (family === 'date') return [plain(by ? period(value, by, calendar) : value)];
  if (family === 'datetime') return [plain(period(localDay(value, calendar.zone), by ?? 'day', calendar))];
  if (isAmount) return [plain(decimal(cents(value, scale), scale, 2))];
  return [plain(value)];
}

/** Reads a value as the caller is shown it. Of an amount in its own currency, the one in the base currency. */
function valueAt(shown: ShownRecords, row: Shown, path: string) {
  const [first, second] = splitPath(path) as [string, string | undefined];
  if (second === undefined) return ownValue(shown.object, row, first);
  const { references } = shown.object.byKey.get(first)!;
  const other = shown.others[references!];
  const far = other?.byId.get(row[first]?.id);
  return ownValue(other!.object, far ?? {}, second);
}

function ownValue(object: RecordDescriptor, row: Shown, key: string) {
  const custom = CUSTOM_FIELDS.find(({ name }) => key === `custom.${name}`);
  if (custom) {
    const { name, type, settings } = custom;
    return { value: row['custom']?.[name], type, scale: 'scale' in settings ? settings.scale : 4 };
  }
  const field = object.byKey.get(key);
  if (!field) return { value: row[key], type: 'datetime' as const, scale: 0 };
  const compared = object.byKey.get(field.comparedBy ?? key)!;
  return { value: row[compared.key], type: compared.type, scale: compared.scale };
}

function measuredIn(shown: ShownRecords, rows: Shown[], fn: string, path: string | undefined): MeasureValue {
  if (path === undefined) return rows.length;
  const all = rows.map((row) => valueAt(shown, row, path));
  const filled = all.filter(
    ({ value }) => value !== null && value !== undefined && !(Array.isArray(value) && !value.length),
  );
  if (fn === 'count') return filled.length;
  const { family, isAmount } = FIELD_TYPES[(all[0] ?? valueAt(shown, {}, path)).type];
  const values = filled.map(({ value }) => value);
  if (fn === 'distinct')
    return new Set(values.map((v) => (family === 'text' ? normalizeText(v) : (v.id ?? v)))).size;
  if (family === 'date' || family === 'datetime') {
    const sorted = [...values].sort();
    return (fn === 'min' ? sorted[0] : sorted.at(-1)) ?? null;
  }
  const scale = (all[0] ?? valueAt(shown, {}, path)).scale;
  const least = isAmount ? 2 : 0;
  const numbers = values.map((v) => cents(String(v), scale));
  const sum = numbers.reduce((a, b) => a + b, 0n);
  if (fn === 'sum') return decimal(sum, scale, least);
  if (!numbers.length) return null;
  if (fn === 'avg') {
    const decimals = isAmount ? 2 : scale + 4;
    // By its digits, unlike the engine: one more than shown decides, and a rest behind it does not matter.
    const finer =
      ((sum < 0n ? -sum : sum) * 10n ** BigInt(decimals + 1)) /
      (BigInt(numbers.length) * 10n ** BigInt(scale));
    const rounded = finer / 10n + (finer % 10n >= 5n ? 1n : 0n);
    return decimal(sum < 0n ? -rounded : rounded, decimals, least);
  }
  const sorted = [...numbers].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return decimal(fn === 'min' ? sorted[0]! : sorted.at(-1)!, scale, least);
}

function product(lists: Key[][]): Key[][] {
  return lists.reduce<Key[][]>((all, list) => all.flatMap((row) => list.map((key) => [...row, key])), [[]]);
}

/** The day on the wall calendar of a zone. */
function localDay(instant: string, zone: string): string {
  return new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(new Date(instant));
}

/** Counts the days back to the first one of a period. */
function period(day: string, by: string, { weekStart, fiscalYearStartMonth }: Calendar): string {
  const at = new Date(`${day}T00:00:00Z`);
  const isFirst = () => {
    const month = at.getUTCMonth() + 1;
    const inFiscalYear = (month - fiscalYearStartMonth + 12) % 12;
    switch (by) {
      case 'day':
        return true;
      case 'week':
        return at.getUTCDay() === weekStart;
      case 'month':
        return at.getUTCDate() === 1;
      case 'quarter':
        return at.getUTCDate() === 1 && month % 3 === 1;
      case 'year':
        return at.getUTCDate() === 1 && month === 1;
      case 'fiscalQuarter':
        return at.getUTCDate() === 1 && inFiscalYear % 3 === 0;
      default:
        return at.getUTCDate() === 1 && inFiscalYear === 0;
    }
  };
  while (!isFirst()) at.setUTCDate(at.getUTCDate() - 1);
  return at.toISOString().slice(0, 10);
}
