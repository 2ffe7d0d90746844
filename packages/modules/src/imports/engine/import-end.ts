import { currentContext } from '@pellucid/platform/context';
import { classifyError, isOutage, type JobRun, JobStoppedError } from '@pellucid/platform/jobs';
import { StoredFileMissingError } from '@pellucid/platform/storage';
import { TableRefusedError } from '../tables/table-refused.js';

/** The import was cancelled (or has ended), so there is nothing more to do. */
export class ImportEndedError extends Error {
  override name = 'ImportEndedError';
}

/** The import cannot continue, and a retry would not help. The message is for the person. */
export class ImportImpossibleError extends Error {
  override name = 'ImportImpossibleError';
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

/** Returns the error of an import that is given up; undefined while another attempt may help. */
export function finalReason(error: unknown, run: Pick<JobRun, 'isLastAttempt'>): string | undefined {
  if (error instanceof JobStoppedError || isOutage(error)) return undefined;
  if (error instanceof StoredFileMissingError)
    return 'The uploaded file is no longer available. Upload it again.';
  if (error instanceof TableRefusedError || error instanceof ImportImpossibleError) return error.message;
  const kind = classifyError(error);
  if (kind === 'permanent' && isTheirs(error)) return error.message;
  if (kind === 'permanent' || run.isLastAttempt)
    return `Something went wrong. Rows imported so far were kept. Include this correlation ID when you report it: ${currentContext().correlationId}.`;
  return undefined;
}
