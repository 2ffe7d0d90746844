import { FIELD_TYPES } from '@pellucid/conditions';
import { z } from 'zod';
import { dayText } from '../../../http/time-schemas.js';
import { dateCell, dateOf } from '../cells/date-cell.js';
import { FieldValueError } from '../field-value-error.js';
import { isDate } from '../instants.js';
import { serverFieldType } from './server-field-type.js';
import { label, same } from './text-codec.js';

/** Calendar date. */
export const date = serverFieldType(FIELD_TYPES.date, {
  codec: {
    parse(input, field) {
      if (typeof input !== 'string' || !isDate(input))
        throw new FieldValueError('wrongType', `${label(field)} must be a date like 2026-03-31.`);
      return input;
    },
    toColumn: same,
    fromColumn: same,
    input: () => dayText,
    output: () => z.iso.date(),
  },
  cell: { ...dateCell, read: (text, field, conventions) => dateOf(text, field, conventions).date },
  ownSettings: [],
});
