import type { Condition } from '@pellucid/conditions';
import { fieldOf, type ObjectDescription, type RecordData } from '@/records/object-description';

export const openDeals: Condition = { field: 'stage.category', op: 'eq', value: 'open' };

export const closingThisMonth: Condition = { all: [openDeals, { field: 'closeDate', op: 'this_month' }] };

export const wonThisMonth: Condition = {
  all: [
    { field: 'stage.category', op: 'eq', value: 'won' },
    { field: 'closeDate', op: 'this_month' },
  ],
};

/** Whose figures the home page shows: those of all records the user can view, or of their own. */
export type Whose = 'all' | 'mine';

/** Limits a condition to the records of an owner. Without an owner it is unchanged. */
export function ownedBy(owner: string | undefined, condition: Condition): Condition;
export function ownedBy(owner: string | undefined, condition?: Condition): Condition | undefined;
export function ownedBy(owner: string | undefined, condition?: Condition): Condition | undefined {
  if (owner === undefined) return condition;
  const own: Condition = { field: 'owner', op: 'eq', value: owner };
  return condition ? { all: [own, condition] } : own;
}

/** Whether a deal's close date has passed. @param today `2026-03-01`, in the company's time zone */
export function isPast({ closeDate }: RecordData, today: string): boolean {
  return typeof closeDate === 'string' && closeDate.slice(0, 10) < today;
}

/** New leads: those in the first status. */
export function newLeads(lead: ObjectDescription): Condition | undefined {
  const status = fieldOf(lead, 'status');
  const first = status?.filterable === false ? undefined : status?.options?.[0];
  return first && { field: 'status', op: 'eq', value: first.value };
}
