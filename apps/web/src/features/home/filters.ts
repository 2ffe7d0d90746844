import type { Condition } from '@pellucid/conditions';
import { fieldOf, type ObjectDescription } from '@/records/object-description';

export const openDeals: Condition = { field: 'stage.category', op: 'eq', value: 'open' };

export const closingThisMonth: Condition = { all: [openDeals, { field: 'closeDate', op: 'this_month' }] };

export const wonThisMonth: Condition = {
  all: [
    { field: 'stage.category', op: 'eq', value: 'won' },
    { field: 'closeDate', op: 'this_month' },
  ],
};

/** Leads nobody has worked on: those in the first status. */
export function newLeads(lead: ObjectDescription): Condition | undefined {
  const status = fieldOf(lead, 'status');
  const first = status?.filterable === false ? undefined : status?.options?.[0];
  return first && { field: 'status', op: 'eq', value: first.value };
}
