import { ProblemError } from '@pellucid/platform/errors';

/** Days for which texts of rows are kept after an import ended: enough to correct a file. */
export const ROWS_KEPT_DAYS = 30;

/** 410: the content of the rows was destroyed. */
export function rowsForgotten(): ProblemError {
  return new ProblemError(
    410,
    'rowsForgotten',
    'Rows no longer available',
    `Failed rows are kept for ${ROWS_KEPT_DAYS} days after the import. Import the file again to see them.`,
  );
}
