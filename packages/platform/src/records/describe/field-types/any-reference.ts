import { FIELD_TYPES, linkOf, readLinkKey } from '@pellucid/conditions';
import { z } from 'zod';
import type { FieldDescriptor } from '../descriptor.js';
import { FieldValueError } from '../field-value-error.js';
import { linkColumns } from '../storage/link-columns.js';
import { serverFieldType } from './server-field-type.js';
import { label, nameCell, same } from './text-codec.js';

/** Single instances, because a document may contain a schema with an id only once. */
const linkInput = z.object({ object: z.string(), id: z.uuid() }).meta({ id: 'RecordLink' });
const linkAnswer = z
  .object({ object: z.string(), id: z.uuid(), name: z.string() })
  .meta({ id: 'NamedRecordLink' });

/**
 * The reference of a record of any of several objects. Requests give `{object, id}`, responses add the name; a name in a
 * request is ignored. The engine works with the link's key.
 */
export const anyReference = serverFieldType(FIELD_TYPES.anyReference, {
  codec: {
    parse(input, field) {
      const key = readLinkKey(input);
      if (key === undefined)
        throw new FieldValueError(
          'wrongType',
          `${label(field)} must be a record, as {"object": "${exampleOf(field)}", "id": "…"} with the ID (a UUID).`,
        );
      const { linksTo } = field;
      const { object } = linkOf(key);
      if (Array.isArray(linksTo) && !linksTo.includes(object))
        throw new FieldValueError(
          'wrongObject',
          `${label(field)} can't be a record of "${object}". Use one of: ${linksTo.join(', ')}.`,
          { object, allowed: linksTo },
        );
      return key;
    },
    toColumn: same,
    fromColumn: same,
    input: () => linkInput,
    output: () => linkAnswer,
  },
  defaults: { sortable: false },
  ownStorage: linkColumns,
  cell: nameCell,
});

const exampleOf = ({ linksTo }: FieldDescriptor) =>
  Array.isArray(linksTo) && linksTo.length ? linksTo[0] : 'account';
