import type { RecordDescriptor } from '../describe/index.js';
import { type PresentedRecord, presentedValue } from './presenter.js';

/** A value of a record before and after, as it is shown; the key of a field or of lines. */
export interface ShownChange {
  field: string;
  before: unknown;
  after: unknown;
}

/**
 * Returns what differs between a record as it is shown before and after.
 * @param before undefined for a new record
 */
export function shownChanges(
  { fields, lines }: RecordDescriptor,
  before: PresentedRecord | undefined,
  after: PresentedRecord | undefined,
): ShownChange[] {
  if (!after) return [];
  const changes: ShownChange[] = [];
  const compare = (field: string, was: unknown, is: unknown) => {
    if (was === is || (isEmpty(was) && isEmpty(is))) return;
    if (before && JSON.stringify(was) === JSON.stringify(is)) return;
    changes.push({ field, before: was ?? null, after: is ?? null });
  };
  for (const f of fields) compare(f.key, before && presentedValue(before, f), presentedValue(after, f));
  for (const { key } of lines) compare(key, before?.[key], after[key]);
  return changes;
}

const isEmpty = (value: unknown) =>
  value === null || value === undefined || (Array.isArray(value) && !value.length);
