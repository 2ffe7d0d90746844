import { type FieldProblem, ProblemError } from '../../errors/index.js';
import type { WriteRow } from './write-row.js';

/** The database refused a single row: its transaction was rolled back, and its problem is known. */
export class RowRefused extends Error {
  override name = 'RowRefused';
  constructor(readonly problem: FieldProblem) {
    super(problem.message);
  }
}

/** Returns the problem of a failed row, as an error to throw. */
export function rowProblem(outcome: {
  errors?: FieldProblem[];
  failure?: WriteRow['failure'];
}): ProblemError {
  if (outcome.failure) {
    const { status, code, detail, extras } = outcome.failure;
    const title =
      { 404: 'Not found', 409: 'Conflict', 412: 'Changed in the meantime' }[status] ?? 'Not possible';
    return new ProblemError(status, code, title, detail, extras);
  }
  const errors = outcome.errors ?? [];
  return new ProblemError(
    422,
    'validationFailed',
    'Some fields need attention',
    errors
      .map((e) => e.message)
      .slice(0, 3)
      .join(' '),
    { errors },
  );
}

export const CHANGED = 'Someone else changed this record. Check the current values and try again.';

/** Returns the problem of a change that was made on another version than the present one. */
export const staleVersion = (current: number, yours: number): ProblemError =>
  new ProblemError(412, 'versionStale', 'Changed in the meantime', CHANGED, {
    current: { version: current },
    yours: { version: yours },
    original: null,
  });
