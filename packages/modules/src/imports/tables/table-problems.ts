import { ProblemError, unprocessable } from '@pellucid/platform/errors';
import { StoredFileMissingError } from '@pellucid/platform/storage';
import { TableRefusedError } from './table-refused.js';

/** Converts the refusal of a file to a problem that names the part. */
export async function asProblems<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof TableRefusedError)
      throw unprocessable([{ pointer: '/file', code: 'notATable', message: error.message }]);
    if (error instanceof StoredFileMissingError)
      throw new ProblemError(
        404,
        'notFound',
        'Not found',
        'The uploaded file is no longer available. Upload it again.',
      );
    throw error;
  }
}
