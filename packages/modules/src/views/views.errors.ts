import { forbidden, ProblemError, unprocessable } from '@pellucid/platform/errors';

/** 422 for an object that does not exist or that the caller can't view. */
export const unknownObject = (object: string) =>
  unprocessable([
    {
      pointer: '/object',
      code: 'unknownObject',
      message: `There is no object "${object}" that you can view. Choose one from GET /objects.`,
    },
  ]);

/** 403 for changing a view that others rely on. */
export const notTheirsToChange = () =>
  forbidden(
    'viewNotYours',
    "Your roles don't let you change this view for others. Save your changes as a view of your own.",
  );

/** 403 for sharing beyond single people. */
export const notTheirsToShare = () =>
  forbidden(
    'permissionMissing',
    "Your roles don't let you share views with teams or everyone, set defaults or pin views for all. Share with single people instead.",
  );

/** 422 for a private view of an API key. */
export const needsAudience = () =>
  unprocessable([
    {
      pointer: '/sharing',
      code: 'required',
      message: 'An API key has no views of its own. Share the view with a team or with everyone.',
    },
  ]);

/** 422 for defaults and pins of a view that not everybody sees. */
export const notForEveryone = (pointer: string) =>
  unprocessable([
    {
      pointer,
      code: 'notForEveryone',
      message: 'Share the view with everyone first: others could not open it.',
    },
  ]);

/** 422 for people and teams that do not exist. */
export const unknownGrantees = (indexes: number[]) =>
  unprocessable(
    indexes.map((index) => ({
      pointer: `/sharing/with/${index}/id`,
      code: 'unknownReference',
      message: 'This person or team does not exist or cannot log in. Choose another one.',
    })),
  );

/** 422 for roles that do not exist. */
export const unknownRoles = (indexes: number[]) =>
  unprocessable(
    indexes.map((index) => ({
      pointer: `/defaultForRoles/${index}`,
      code: 'unknownReference',
      message: 'This role does not exist. Choose one from GET /roles.',
    })),
  );

/** 403 for replacing a part of a view that the caller doesn't see in full: what they don't see would be lost. */
export const partWithheld = (part: string) =>
  forbidden(
    'viewPartWithheld',
    `Your roles hide something that the ${part} of this view uses, so you can't replace it. Save your changes as a view of your own.`,
  );

/** 422 when somebody has reached the limit of views of an object. */
export const tooManyViews = (max: number) =>
  unprocessable([
    {
      pointer: '',
      code: 'tooMany',
      message: `You can have at most ${max} views of an object. Delete one first.`,
    },
  ]);

/** 412: the view has changed since the caller read it. */
export const viewChanged = (current: object) =>
  new ProblemError(
    412,
    'versionConflict',
    'Changed in the meantime',
    'Someone else changed this view. Reload it and repeat your change.',
    { current },
  );
