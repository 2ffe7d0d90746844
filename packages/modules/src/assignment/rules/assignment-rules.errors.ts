import { conflict, pointer, ProblemError, unprocessable } from '@pellucid/platform/errors';

/** 412 for a change that is based on an older version. */
export const changedSince = (what: string, current: object) =>
  new ProblemError(
    412,
    'versionConflict',
    'Changed in the meantime',
    `Someone else changed this ${what}. Reload it and repeat your change.`,
    { current },
  );

/** 422 when a company has as many as it can have. */
export const tooMany = (what: string, max: number) =>
  unprocessable([
    {
      pointer: '',
      code: 'tooMany',
      message: `You can have at most ${max} ${what}. Delete one that is no longer needed.`,
    },
  ]);

/** 422 for a place in an order that names no rule, or one that came before. */
export const noSuchRule = (place: number) =>
  unprocessable([
    {
      pointer: pointer('ids', place),
      code: 'unknownRule',
      message: "This rule doesn't exist or is listed twice. Reload the list and order it again.",
    },
  ]);

/** 409 when a territory is still needed. @param rules names of the rules that use it */
export const territoryUsed = (rules: string[]) =>
  conflict(
    'territoryUsed',
    `These rules use the territory: ${rules.join(', ')}. Change or delete them first.`,
  );
