import { ProblemError, unprocessable } from '@pellucid/platform/errors';

/** 412 for a change that is based on an older version. */
export const layoutChanged = (current: object) =>
  new ProblemError(
    412,
    'versionConflict',
    'Changed in the meantime',
    'Someone else changed this layout. Reload it and repeat your change.',
    { current },
  );

/** 422 for a second layout of a kind for the same roles and record type. */
export const audienceTaken = () =>
  unprocessable([
    {
      pointer: '/roles',
      code: 'audienceTaken',
      message: 'There is already such a layout for these roles and this record type. Change that one.',
    },
  ]);

/** 422 when an object has as many layouts as it can have. */
export const tooManyLayouts = (max: number) =>
  unprocessable([
    {
      pointer: '/kind',
      code: 'tooManyLayouts',
      message: `An object can have at most ${max} layouts. Delete one that is no longer needed.`,
    },
  ]);
