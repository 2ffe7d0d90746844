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

/** Whose figures home shows: of all records a person can see, or of those they own. */
export type Whose = 'all' | 'mine';

/** Narrows a condition to the records of an owner; without one it stays as it is. */
export function ownedBy(owner: string | undefined, condition: Condition): Condition;
export function ownedBy(owner: string | undefined, condition?: Condition): Condition | undefined;
export function ownedBy(owner: string | undefined, condition?: Condition): Condition | undefined {
  if (owner === undefined) return condition;
  const own: Condition = { field: 'owner', op: 'eq', value: owner };
  return condition ? { all: [own, condition] } : own;
}

/** Whether the day a deal was to close has passed. @param today `2026-03-01`, where the company counts its days */
export function isPast({ closeDate }: RecordData, today: string): boolean {
  return typeof closeDate === 'string' && closeDate.slice(0, 10) < today;
}

/** Leads nobody has worked on: those in the first status. */
export function newLeads(lead: ObjectDescription): Condition | undefined {
  const status = fieldOf(lead, 'status');
  const first = status?.filterable === false ? undefined : status?.options?.[0];
  return first && { field: 'status', op: 'eq', value: first.value };
}
