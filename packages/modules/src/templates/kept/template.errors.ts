import { forbidden, ProblemError, unprocessable } from '@pellucid/platform/errors';

/** 403 for changing a template of somebody else. */
export const templateNotYours = () =>
  forbidden(
    'templateNotYours',
    'Somebody else made this template. Save your choices as a template of your own.',
  );

/** 422 for a private template of an API key. */
export const needsSharing = () =>
  unprocessable([
    {
      pointer: '/isShared',
      code: 'required',
      message: 'An API key has no templates of its own. Share the template.',
    },
  ]);

/** 422 when somebody has reached the limit. */
export const tooManyTemplates = (max: number) =>
  unprocessable([
    {
      pointer: '',
      code: 'tooMany',
      message: `You can have at most ${max} templates. Delete one first.`,
      params: { max },
    },
  ]);

/** 412: the template has changed since the caller read it. */
export const templateChanged = (current: object) =>
  new ProblemError(
    412,
    'versionConflict',
    'Changed in the meantime',
    'Someone else changed this template. Reload it and repeat your change.',
    { current },
  );
