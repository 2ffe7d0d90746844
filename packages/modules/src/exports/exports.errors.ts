import { conflict, ProblemError } from '@pellucid/platform/errors';

/** Days for which the file of an export can be downloaded. */
export const KEPT_DAYS = 7;

const MORE_ROWS = 'A sheet holds at most 1,048,575 rows. Narrow the filter, or choose CSV or JSON lines.';

/** 422: what was asked for can't be exported; no retry helps. */
const impossible = (code: string, message: string) =>
  new ProblemError(422, code, 'The export is not possible', message);

/** 422: the export has more rows than a sheet holds. */
export const tooManyRows = () => impossible('tooManyRows', MORE_ROWS);

/** 422: a text does not fit into a cell of a workbook. */
export const tooLongForCell = (column: string) =>
  impossible(
    'tooLongForCell',
    `"${column}" has a text of more than 32,767 characters, which a cell of a workbook can't hold. Leave the field out, or choose CSV or JSON lines.`,
  );

/** 422: the file would be larger than its format or the limit allows. */
export const exportTooLarge = () =>
  impossible('exportTooLarge', 'The file gets too large. Narrow the filter, or choose fewer fields.');

/** 422: the written file has another number of rows than was counted while it was written. */
export const rowsDiffer = () =>
  impossible('rowsDiffer', 'The file did not pass the check of its rows. Start the export again.');

/** 410: the file of the export is gone. */
export function fileGone(): ProblemError {
  return new ProblemError(
    410,
    'exportExpired',
    'No longer available',
    `Files of exports are kept for ${KEPT_DAYS} days. Start the export again.`,
  );
}

/** 409: the person no longer sees everything that the file shows. */
export const rightsNarrowed = () =>
  conflict(
    'rightsNarrowed',
    'Since this export was made, your rights to its records or fields have become narrower. Start it again.',
  );

/** 409: there is no file yet, or none was made. */
export const notReady = (status: string) =>
  conflict('exportNotReady', `The export has no file to download. Its status is ${status}.`, {
    state: status,
  });

/** 409: the company keeps as many bytes of exports as it may. */
export const quotaUsedUp = (megabytes: number) =>
  conflict(
    'exportQuotaUsedUp',
    `Your company keeps the ${megabytes.toLocaleString('en')} MB of exports that it may. Delete some, or wait until they expire.`,
  );
