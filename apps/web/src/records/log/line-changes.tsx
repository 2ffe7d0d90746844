import { lazy, Suspense } from 'react';
import type { AccessNotes } from '../access/field-visibility';
import type { ObjectDescription } from '../object-description';
import type { Changes } from './event-changes';

const LineChangesView = lazy(() => import('./line-changes-view'));

/** What happened to one line of a record. */
export interface LineChange {
  id: string;
  change: 'added' | 'changed' | 'moved' | 'removed';
  /** By the name that fields have in a line. */
  changes: Changes;
}

/** Changes of lines by the key of the lines. */
export type ChangesOfLines = Record<string, LineChange[]>;

export interface LineChangesProps {
  object: ObjectDescription;
  lines: ChangesOfLines;
  access?: AccessNotes | undefined;
  /** The record, which tells the currency of amounts. */
  record?: Record<string, unknown> | undefined;
}

/** Changed lines, each with its fields before and after. Loaded with the first event that changed lines. */
export function LineChanges(props: LineChangesProps) {
  return (
    <Suspense fallback={null}>
      <LineChangesView {...props} />
    </Suspense>
  );
}
