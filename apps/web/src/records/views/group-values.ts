/** The values by which lists are grouped and boards have columns: what they are called, and which records have them. */
import { type Condition, FIELD_TYPES } from '@pellucid/conditions';
import type { Aggregate } from '@pellucid/api-client';
import type { Formats } from '@/lib/format/formats';
import { type FieldDescription, isReference } from '../object-description';
import type { ViewGroup, ViewTotal } from './view-model';

export type GroupKey = Aggregate['rows'][number]['keys'][number];

/** A group with its figures. */
export interface Group {
  key: GroupKey;
  /** The same for equal keys. */
  id: string;
  count: number;
  /** In the order of the view's totals. */
  totals: (string | null)[];
}

/** What an aggregate is asked for: the number of records in each group, and the totals. */
export function groupRequest(group: Pick<ViewGroup, 'field' | 'by' | 'totals'>) {
  return {
    groupBy: [{ field: group.field, ...(group.by && { by: group.by }) }],
    measures: [{ fn: 'count' as const }, ...(group.totals ?? [])],
  };
}

/** A key as text. Null for records without a value. */
export const keyText = (key: GroupKey): string | null =>
  key === null ? null : isReference(key) ? key.id : String(key);

/** In: the answer to an aggregate. Out: its groups. */
export function groupsIn(answer: Aggregate): Group[] {
  return answer.rows.map(({ keys: [key = null], values: [count, ...totals] }) => ({
    key,
    id: keyText(key) ?? '',
    count: Number(count),
    totals: totals.map((total) => (total === null ? null : String(total))),
  }));
}

const DAY_MS = 86_400_000;
const dayText = (time: number) => new Date(time).toISOString().slice(0, 10);

/** The first day after a period. */
function dayAfter(first: string, by: NonNullable<ViewGroup['by']>): string {
  const start = Date.parse(`${first}T00:00:00Z`);
  if (by === 'day') return dayText(start + DAY_MS);
  if (by === 'week') return dayText(start + 7 * DAY_MS);
  const date = new Date(start);
  const months = { month: 1, quarter: 3, year: 12 }[by];
  return dayText(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
}

/** The condition that the records of a group meet. */
export function conditionOfGroup(
  field: FieldDescription,
  key: GroupKey,
  by: ViewGroup['by'] = 'day',
): Condition {
  const { key: name } = field;
  const text = keyText(key);
  if (text === null) return { field: name, op: 'empty' };
  switch (FIELD_TYPES[field.type].family) {
    case 'date':
    case 'datetime':
      return {
        all: [
          { field: name, op: 'gte', value: text },
          { field: name, op: 'lt', value: dayAfter(text, by) },
        ],
      };
    case 'set':
      return { field: name, op: 'in', value: [text] };
    case 'boolean':
      return { field: name, op: 'eq', value: key === true };
    default:
      return { field: name, op: 'eq', value: text };
  }
}

/** What people call a key; undefined for records without a value. */
export function labelOfKey(
  field: FieldDescription,
  key: GroupKey,
  by: ViewGroup['by'],
  words: { formats: Formats; locale: string; yes: string; no: string },
): string | undefined {
  if (key === null) return undefined;
  if (isReference(key)) return (key as { name?: string }).name || '…';
  if (typeof key === 'boolean') return key ? words.yes : words.no;
  const text = String(key);
  const option = field.options?.find(({ value }) => value === text);
  if (option) return option.label;
  if (!['date', 'datetime'].includes(FIELD_TYPES[field.type].family)) return text;
  const day = new Date(`${text}T00:00:00Z`);
  const shown = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(words.locale, { ...options, timeZone: 'UTC' }).format(day);
  if (by === 'year') return shown({ year: 'numeric' });
  if (by === 'quarter') return `Q${Math.floor(day.getUTCMonth() / 3) + 1} ${shown({ year: 'numeric' })}`;
  if (by === 'month') return shown({ year: 'numeric', month: 'long' });
  return words.formats.date(text);
}

/** A figure as people read it. */
export function totalText(
  { field }: ViewTotal,
  described: FieldDescription | undefined,
  value: string | null,
  formats: Formats,
  currency: string | undefined,
): string {
  if (value === null) return '–';
  if (described && FIELD_TYPES[described.type].isAmount) return formats.moneyShort(value, currency);
  return field ? formats.number(Number(value)) : value;
}
