import { type FilterContext, isToldEverywhere } from '../decide/index.js';
import type { HistoryEntry } from './log-rows.js';

/**
 * Verb of events in which stored results were worked out anew, because something changed elsewhere or in their definition. That
 * there is such an event tells of that change, so it is shown only to those who see a result that it changed.
 */
export const VALUES_COMPUTED = 'computed';

/** Returns a predicate over `record_event e` for the events of an object that its reader may know of. */
export function knownEvents(context: FilterContext, param: (value: unknown) => string): string {
  const { descriptor, access, snapshot } = context;
  const { rules } = access.decide(descriptor.key, 'read', snapshot);
  const told = descriptor.fields.filter(
    (f) => f.computed && rules.read(f.key) === 'clear' && isToldEverywhere(f, descriptor, rules, context),
  );
  return `(e.verb <> '${VALUES_COMPUTED}' or e.fields && ${param(told.map(({ key }) => key))}::text[])`;
}

/** Whether an event as it is shown tells its reader anything. */
export function tellsAnything({ verb, changes }: Pick<HistoryEntry, 'verb' | 'changes'>): boolean {
  return verb !== VALUES_COMPUTED || Object.keys(changes).length > 0;
}
