import { FIELD_TYPES } from '@pellucid/conditions';
import { type FieldDescription, type ObjectDescription } from '@/records/object-description';

/** A name that formulas can use. */
export interface NameChoice {
  /** As the formula writes it: "account.annualRevenue". */
  value: string;
  label: string;
}

/** Names of one record: its own, or those of one that it refers to. */
export interface NameGroup {
  group: string;
  items: NameChoice[];
}

/** Links lead to records of several objects, so formulas have no type for them. */
const WITHOUT_TYPE: ReadonlySet<string> = new Set(['link', 'links']);

const isUsable = ({ key, type, encrypted, isAdded, isSystem }: FieldDescription) =>
  !encrypted && !isAdded && (!isSystem || key === 'createdAt') && !WITHOUT_TYPE.has(FIELD_TYPES[type].family);

/** In: an object, all objects, and the key of the field itself. Out: what its formulas can read, by record. */
export function formulaNames(
  object: ObjectDescription,
  objects: ObjectDescription[],
  self: string,
): NameGroup[] {
  const own = object.fields.filter((field) => isUsable(field) && field.key !== self);
  const inner = own.flatMap(({ key, label, type, references }): NameGroup[] => {
    const target =
      FIELD_TYPES[type].family === 'reference'
        ? objects.find((other) => other.key === references)
        : undefined;
    if (!target) return [];
    const fields = target.fields.filter(isUsable);
    return [{ group: label, items: fields.map((far) => ({ value: `${key}.${far.key}`, label: far.label })) }];
  });
  const lines = (object.lines ?? []).map(({ label, fields }) => ({
    group: label,
    items: fields.filter(isUsable).map((field) => ({ value: field.key, label: field.label })),
  }));
  return [
    { group: object.label, items: own.map(({ key, label }) => ({ value: key, label })) },
    ...inner,
    ...lines,
  ].filter(({ items }) => items.length > 0);
}

/** The functions of formulas as they are written. Those that begin with a dot follow a value. */
export const FUNCTIONS = {
  round: 'round(number, decimals)',
  floor: 'floor(number)',
  ceil: 'ceil(number)',
  abs: 'abs(number)',
  percent: 'percent(number, percent)',
  sum: 'sum(list)',
  avg: 'avg(list)',
  min: 'min(a, b)',
  max: 'max(a, b)',
  size: 'size(list)',
  coalesce: 'coalesce(value, other)',
  has: 'has(field)',
  contains: '.contains(part)',
  startsWith: '.startsWith(part)',
  endsWith: '.endsWith(part)',
  replace: '.replace(part, other)',
  substring: '.substring(start, end)',
  lower: 'lower(text)',
  upper: 'upper(text)',
  trim: 'trim(text)',
  text: 'text(value)',
  number: 'number(text)',
  date: 'date("2026-12-31")',
  year: 'year(date)',
  month: 'month(date)',
  day: 'day(date)',
  weekday: 'weekday(date)',
  addMonths: 'addMonths(date, number)',
  days: 'days(from, to)',
  exists: '.exists(x, condition)',
  all: '.all(x, condition)',
  filter: '.filter(x, condition)',
  map: '.map(x, value)',
} as const;

export type FunctionName = keyof typeof FUNCTIONS;
