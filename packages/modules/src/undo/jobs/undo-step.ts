import type { UnitOfWork } from '@pellucid/platform/db';
import type { BulkStep } from '@pellucid/platform/jobs';
import { type CauseSelector, type RecordUndo, UNDO_START, type UndoCursor } from '@pellucid/platform/records';

/** How far the undo of a cause has come, and the numbers of records and of failures so far. */
export interface UndoJobCursor {
  at: UndoCursor;
  records: number;
  failures: number;
}

export const UNDO_JOB_START: UndoJobCursor = { at: UNDO_START, records: 0, failures: 0 };

/** Undoes the next batch of a cause as a step of a bulk job. What stays as it is counts as failed, with the reason. */
export async function undoStep(
  undo: RecordUndo,
  uow: UnitOfWork,
  cause: CauseSelector,
  cursor: UndoJobCursor,
): Promise<BulkStep<UndoJobCursor>> {
  const { outcomes, next } = await undo.batch(uow, cause, cursor.at);
  const counts: Record<string, number> = {};
  for (const { did } of outcomes) {
    const status = did === 'kept' ? 'failed' : did;
    counts[status] = (counts[status] ?? 0) + 1;
  }
  const kept = outcomes.filter((outcome) => outcome.kept.length);
  const failures = kept.map(({ object, id, kept: reasons }, n) => ({
    row: cursor.failures + n,
    recordId: id,
    object,
    errors: reasons.map(({ field, code, message }) => ({
      pointer: field === undefined ? '' : `/${field.replaceAll('.', '/')}`,
      code,
      message,
    })),
  }));
  const records = cursor.records + outcomes.length;
  if (!next) return { counts, failures, total: records, done: true };
  return { counts, failures, next: { at: next, records, failures: cursor.failures + kept.length } };
}
