import { FIELD_TYPES } from '@pellucid/conditions';
import { instantOf } from '@pellucid/conditions/locale-text';
import { z } from 'zod';
import { instantText } from '../../../http/time-schemas.js';
import { dateCell, dateOf } from '../cells/date-cell.js';
import { FieldValueError } from '../field-value-error.js';
import { instant, isDate } from '../instants.js';
import { serverFieldType } from './server-field-type.js';
import { label, same } from './text-codec.js';

/** Instant, in UTC. */
export const datetime = serverFieldType(FIELD_TYPES.datetime, {
  codec: {
    parse(input, field) {
      const at =
        typeof input === 'string' &&
        /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(input) &&
        isDate(input.slice(0, 10))
          ? new Date(input)
          : undefined;
      // Its offset may move a time into the year 0 or 10000, which the database refuses.
      if (!at || Number.isNaN(at.getTime()) || !isDate(at.toISOString().slice(0, 10)))
        throw new FieldValueError('wrongType', `${label(field)} must be a time like 2026-03-31T09:00:00Z.`);
      return at.toISOString();
    },
    toColumn: same,
    fromColumn: (raw) => instant(raw),
    input: () => instantText,
    output: () => z.iso.datetime(),
  },
  cell: {
    ...dateCell,
    read: (text, field, conventions) => instantOf(dateOf(text, field, conventions), conventions.zone),
  },
  ownSettings: [],
});
