import { conflict, ProblemError, unprocessable } from '@pellucid/platform/errors';
import { ROLLBACK_DAYS } from '@pellucid/modules/imports';
import { SOURCES } from './catalogues/index.js';

/** Most files of a move, those in archives included. */
export const MAX_FILES = 100;
/** Maximum size of all files of a move together, unpacked. */
export const MAX_BYTES = 1024 * 1024 * 1024;

/** 422: none of the files is one that a known system exports. */
export function sourceUnknown(names: readonly string[]): ProblemError {
  const systems = SOURCES.map(({ label }) => label).join(', ');
  return unprocessable([
    {
      pointer: '/file',
      code: 'sourceUnknown',
      message: `These files don't look like an export of ${systems}: ${names.slice(0, 5).join(', ')}. Upload them as exported, with all columns and the original header.`,
      params: { files: names.slice(0, 5).join(', ') },
    },
  ]);
}

/** 422: too many files. */
export const tooManyFiles = (): ProblemError =>
  unprocessable([
    {
      pointer: '/file',
      code: 'tooManyFiles',
      message: `A move takes up to ${MAX_FILES} files. Leave out those that you don't need.`,
      params: { max: MAX_FILES },
    },
  ]);

/** 413: too much content. */
export function tooLarge(): ProblemError {
  const message = `The files are larger than ${MAX_BYTES / 1024 / 1024 / 1024} GB together. Move in several steps.`;
  return new ProblemError(413, 'filesTooLarge', 'The files are too large', message, {
    errors: [{ pointer: '/file', code: 'filesTooLarge', message, params: { maxBytes: MAX_BYTES } }],
  });
}

/** 409: the plan can no longer be changed. */
export const moveStarted = (): ProblemError =>
  conflict('moveStarted', 'This move has already started. Upload the files again to plan another one.');

/** 409: nothing to stop. */
export const moveEnded = (): ProblemError =>
  conflict('moveEnded', 'This move has ended, so there is nothing to stop.');

/** 409: it is still running. */
export const moveUnderWay = (): ProblemError =>
  conflict('moveUnderWay', 'The move is still running. Stop it first, then roll it back.');

/** 409: it is rolled back, or was never started. */
export const nothingToRollBack = (): ProblemError =>
  conflict(
    'nothingToRollBack',
    'There is nothing to roll back: the move was not started, or is rolled back.',
  );

/** 409: a rollback is under way. */
export const rollbackInProgress = (): ProblemError =>
  conflict('rollbackInProgress', 'This move is being rolled back already. Its page shows the progress.');

/** 410: it ended too long ago. */
export const rollbackExpired = (): ProblemError =>
  new ProblemError(
    410,
    'rollbackExpired',
    'Too late to roll back',
    `A move can be rolled back for ${ROLLBACK_DAYS} days after its end.`,
  );

/** 410: the content of its files was removed, as that of all uploads is after a while. */
export const filesExpired = (): ProblemError =>
  new ProblemError(
    410,
    'filesExpired',
    'The files are gone',
    'The files of this move were removed, because uploads are kept for a week. Upload them again to plan another move.',
  );

/** 409: nothing of the plan is included. */
export const nothingIncluded = (): ProblemError =>
  conflict('nothingIncluded', 'The plan includes no file with records. Include one.');
