import { pointer, unprocessable } from '@pellucid/platform/errors';
import type { LeftOutColumn } from './import-template.types.js';

/** 422 for columns that are mapped to fields which don't exist, or which the caller can't fill or look up. */
export const unusableFields = (columns: LeftOutColumn[]) =>
  unprocessable(
    columns.slice(0, 50).map(({ column, field }) => ({
      pointer: pointer('options', 'mapping', column),
      code: 'unknownField',
      message: `"${field}" isn't a field that you can fill from this column. Choose another field, or don't import the column.`,
    })),
  );
