import { currentContext } from '@pellucid/platform/context';
import { classifyError, isOutage, type JobRun, JobStoppedError } from '@pellucid/platform/jobs';
import { StoredFileMissingError } from '@pellucid/platform/storage';
import { type Reason, reason } from '../reasons/reason.js';
import type { ReasonCode } from '../reasons/reason-texts.js';
import { TableRefusedError } from '../tables/table-refused.js';

/** The import was cancelled (or has ended), so there is nothing more to do. */
export class ImportEndedError extends Error {
  override name = 'ImportEndedError';
}

/** The import cannot continue, and a retry would not help. */
export class ImportImpossibleError extends Error {
  override name = 'ImportImpossibleError';
  readonly reason: Reason;

  constructor(code: ReasonCode, params: Reason['params'] = {}) {
    super(code);
    this.reason = reason(code, params);
  }
}

/** Whether an import failed for a reason that its person can mend. */
export function isTheirs(error: unknown): error is Error {
  return (
    error instanceof TableRefusedError ||
    error instanceof ImportImpossibleError ||
    error instanceof StoredFileMissingError ||
    ((error as { status?: number } | null)?.status ?? 500) < 500
  );
}

/** Returns why an import or a move is given up; undefined while another attempt may help. */
export function finalReason(error: unknown, run: Pick<JobRun, 'isLastAttempt'>): Reason | undefined {
  if (error instanceof JobStoppedError || isOutage(error)) return undefined;
  if (error instanceof StoredFileMissingError) return reason('fileGone');
  if (error instanceof ImportImpossibleError) return error.reason;
  if (error instanceof TableRefusedError) return reason('told', { text: error.message });
  const kind = classifyError(error);
  if (kind === 'permanent' && isTheirs(error)) return reason('told', { text: error.message });
  if (kind === 'permanent' || run.isLastAttempt)
    return reason('failedUnexpectedly', { correlationId: currentContext().correlationId });
  return undefined;
}
