import { ProblemError, unprocessable } from '@pellucid/platform/errors';

/** 412 for a change that is based on an older version. */
export const ruleChanged = (current: object) =>
  new ProblemError(
    412,
    'versionConflict',
    'Changed in the meantime',
    'Someone else changed this rule. Reload it and repeat your change.',
    { current },
  );

/** 422 when a company has as many rules as it can have. */
export const tooManyRules = (max: number) =>
  unprocessable([
    {
      pointer: '',
      code: 'tooMany',
      message: `You can have at most ${max} rules. Delete one that is no longer needed.`,
    },
  ]);
