import { forbidden, ProblemError, pointer, unprocessable } from '@pellucid/platform/errors';
import type { LeftOutColumn } from './import-template.types.js';

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

/** 422 for columns that are mapped to fields which don't exist, or which the caller can't fill or look up. */
export const unusableFields = (columns: LeftOutColumn[]) =>
  unprocessable(
    columns.slice(0, 50).map(({ column, field }) => ({
      pointer: pointer('options', 'mapping', column),
      code: 'unknownField',
      message: `"${field}" isn't a field that you can fill from this column. Choose another field, or don't import the column.`,
    })),
  );

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
