import { type Condition, formatDay, startOfDay } from '@pellucid/conditions';
import type { AggregateRequest } from '@pellucid/platform/records';
import type { Metric } from './goals.record.js';

/** Days of a period, from the first one to the one after the last. */
export interface Days {
  from: number;
  before: number;
}

/** Records that count for a goal, and what of them. */
export interface GoalMeasure {
  object: string;
  filter: Condition;
  measure: AggregateRequest['measures'][number];
}

/** Kinds of activities that a goal counts if it names none. */
const KINDS = ['task', 'call', 'meeting', 'emailLog'];

const all = (...conditions: Condition[]): Condition => ({ all: conditions });

const onDays = (field: string, { from, before }: Days): Condition => ({
  field,
  op: 'between',
  value: [formatDay(from), formatDay(before - 1)],
});

/** Times from the first instant of a period in the company's zone to before the first one after it. */
const within = (field: string, { from, before }: Days, zone: string): Condition => {
  const at = (day: number) => new Date(startOfDay(day, zone)).toISOString();
  return all({ field, op: 'gte', value: at(from) }, { field, op: 'lt', value: at(before) });
};

/**
 * Returns what a goal counts: one measure for each object whose records count.
 * @param kinds kinds of activities that count; all if it is empty
 */
export function measuresOf(
  metric: Metric,
  kinds: readonly string[],
  days: Days,
  zone: string,
): GoalMeasure[] {
  const won = all({ field: 'stage.category', op: 'eq', value: 'won' }, onDays('closeDate', days));
  switch (metric) {
    case 'wonAmount':
      return [{ object: 'opportunity', filter: won, measure: { fn: 'sum', field: 'amount' } }];
    case 'wonDeals':
      return [{ object: 'opportunity', filter: won, measure: { fn: 'count' } }];
    case 'newLeads':
      return [{ object: 'lead', filter: within('createdAt', days, zone), measure: { fn: 'count' } }];
    case 'activities':
      return KINDS.filter((kind) => !kinds.length || kinds.includes(kind)).map((object) => ({
        object,
        filter:
          object === 'emailLog'
            ? within('startsAt', days, zone)
            : all({ field: 'status', op: 'eq', value: 'Done' }, within('completedAt', days, zone)),
        measure: { fn: 'count' },
      }));
  }
}
