import { FIELD_TYPES } from '@pellucid/conditions';
import { z } from 'zod';
import { isUuid } from '../../../context/index.js';
import { FieldValueError } from '../field-value-error.js';
import { serverFieldType } from './server-field-type.js';
import { label, nameCell, same } from './text-codec.js';

/** A single instance, because a document may contain a schema with an id only once. */
const referenceAnswer = z.object({ id: z.uuid(), name: z.string() }).meta({ id: 'Reference' });

/** Id of a record of another object, stored in `<key>_id` unless a link says otherwise. */
export const reference = serverFieldType(FIELD_TYPES.reference, {
  codec: {
    parse(input, field) {
      // Records are read with `{id, name}`, so the same form is accepted when they are written back.
      const id =
        input !== null && typeof input === 'object' && 'id' in input ? (input as { id: unknown }).id : input;
      const lower = typeof id === 'string' ? id.toLowerCase() : id;
      if (!isUuid(lower))
        throw new FieldValueError(
          'wrongType',
          `${label(field)} must be the ID (a UUID) of a ${field.references}.`,
        );
      return lower;
    },
    toColumn: same,
    fromColumn: same,
    input: () => z.uuid(),
    output: () => referenceAnswer,
  },
  columnSuffix: '_id',
  cell: nameCell,
  ownSettings: ['references'],
});
