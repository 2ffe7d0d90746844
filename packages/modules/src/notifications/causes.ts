import type { Cause } from '@pellucid/platform/context';

/** Causes that many events have in common. The id of others, such as a rule, stands for more than one occasion. */
const COMMON_CAUSES = new Set(['import', 'bulk', 'undo', 'merge', 'job']);

/** Whether an event is part of work on many records. */
export const isWorkOnMany = (cause: Cause): boolean => COMMON_CAUSES.has(cause.kind) && Boolean(cause.id);
