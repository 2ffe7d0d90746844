/** Objects whose records are planned first and done later. */
export const PLANNED_KINDS = ['task', 'call', 'meeting'] as const;

/** Whether records of an object are planned first and done later. */
export const isPlannedKind = (object: string): boolean =>
  (PLANNED_KINDS as readonly string[]).includes(object);

/** Statuses in which nothing is left to do. */
export const CLOSED = ['Done', 'Cancelled'];
