import { badRequest, conflict, forbidden, ProblemError, unprocessable } from '@pellucid/platform/errors';

/** Maximum size of a file in bytes. */
export const MAX_FILE_BYTES = 100 * 1024 * 1024;
/** Sizes of a piece of an upload in bytes. Only the last one may be smaller. */
export const PIECE_BYTES = { least: 256 * 1024, most: 16 * 1024 * 1024 };
/** Uploads that a person may have open at a time. */
export const MOST_UPLOADS = 50;
/** Days for which a deleted file can be restored with its content. */
export const BIN_DAYS = 30;

const gigabytes = (bytes: number) => (bytes / 1e9).toLocaleString('en', { maximumFractionDigits: 1 });

/** 422: a file can't have this size. */
export function sizeRefused(size: number): ProblemError {
  const [code, message] =
    size === 0
      ? ['fileEmpty', 'The file is empty. Choose one with content.']
      : ['fileTooLarge', `The file is larger than ${MAX_FILE_BYTES / 1024 / 1024} MB. Choose a smaller one.`];
  return unprocessable([{ pointer: '/size', code, message, params: { maxBytes: MAX_FILE_BYTES } }]);
}

/** 409: the company's files take all the room that it has. */
export const quotaUsedUp = (used: number, quota: number) =>
  conflict(
    'fileQuotaUsedUp',
    `There is no room for this file: your company's files take ${gigabytes(used)} of ${gigabytes(quota)} GB. Delete some, or ask for more room.`,
    { used, quota },
  );

/** 409: the person has too many uploads that are not complete. */
export const tooManyUploads = () =>
  conflict(
    'tooManyUploads',
    `You have ${MOST_UPLOADS} uploads that aren't complete. Complete or cancel some of them.`,
    { most: MOST_UPLOADS },
  );

/** 403: files can't be added to a record that one may not change. */
export const recordNotChangeable = () =>
  forbidden(
    'recordNotChangeable',
    "Your roles don't let you change this record, so you can't add files to it.",
  );

/** 409: a piece does not follow what has arrived. It says where to go on. */
export const offsetMismatch = (offset: number) =>
  conflict('offsetMismatch', `The upload has ${offset} bytes. Go on from there.`, {
    offset,
    headers: { 'Upload-Offset': String(offset) },
  });

/** 413: a piece goes beyond the end of the upload, or is larger than pieces may be. */
export const pieceTooLarge = (maxBytes: number) =>
  new ProblemError(
    413,
    'pieceTooLarge',
    'The piece is too large',
    `This piece may have at most ${maxBytes} bytes.`,
    { maxBytes },
  );

/** 422: a piece that isn't the last one is too small. */
export const pieceTooSmall = () =>
  new ProblemError(
    422,
    'pieceTooSmall',
    'The piece is too small',
    `Each piece but the last one has at least ${PIECE_BYTES.least} bytes.`,
    { minBytes: PIECE_BYTES.least },
  );

/** 400: the connection was lost in the middle of a piece. */
export const pieceBrokeOff = () =>
  badRequest(
    'pieceBrokeOff',
    'The piece broke off. Ask the upload how much has arrived and go on from there.',
  );

/** 422: what arrived is not what was sent. */
export const checksumMismatch = () =>
  new ProblemError(
    422,
    'checksumMismatch',
    'The content was altered on the way',
    'The content does not have the checksum that was given. Send it again.',
  );

/** 409: the upload lacks bytes. */
export const uploadIncomplete = (offset: number, size: number) =>
  conflict('uploadIncomplete', `The upload has ${offset} of ${size} bytes. Send the rest first.`, {
    offset,
    size,
  });

/** 409: the file was not found clean yet. */
export const scanPending = () =>
  conflict('fileScanPending', 'The file is still being checked for viruses. Try again in a moment.');

/** 409: the virus scan found something. No retry helps. */
export const infected = () =>
  conflict('fileInfected', 'The virus scan found this file to be infected. It can not be downloaded.');

/** 410: the content was removed for good. */
export const contentGone = () =>
  new ProblemError(
    410,
    'fileGone',
    'No longer available',
    `The content of this file was removed. Deleted files are kept for ${BIN_DAYS} days.`,
  );
