import { ProblemError } from '@pellucid/platform/errors';

/** How long texts of rows are kept after an import's end: time to correct a file, and no longer. */
export const ROWS_KEPT_DAYS = 30;

/** 410: what the rows held is destroyed. */
export function rowsForgotten(): ProblemError {
  return new ProblemError(
    410,
    'rowsForgotten',
    'Rows no longer available',
    `Failed rows are kept for ${ROWS_KEPT_DAYS} days after the import. Import the file again to see them.`,
  );
}
