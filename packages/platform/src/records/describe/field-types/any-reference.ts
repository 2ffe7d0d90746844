import { FIELD_TYPES, linkKey, linkOf, readLinkKey, tidyText } from '@pellucid/conditions';
import { z } from 'zod';
import { keyInLink } from '../cells/link-cell.js';
import type { FieldDescriptor } from '../descriptor.js';
import { FieldValueError } from '../field-value-error.js';
import { linkColumns } from '../storage/link-columns.js';
import { linksToAny, namedTargets } from '../targets.js';
import { select } from './select.js';
import { serverFieldType } from './server-field-type.js';
import { label, nameCell, same } from './text-codec.js';

/** Single instances, because a document may contain a schema with an id only once. */
const role = z.string().optional().meta({
  description:
    'What the record is to the one that has the link: an option of the field. Only in fields whose links have roles.',
});
const linkInput = z
  .object({ object: z.string(), id: z.uuid(), role: role.nullable() })
  .meta({ id: 'RecordLink' });
const linkAnswer = z
  .object({ object: z.string(), id: z.uuid(), role, name: z.string() })
  .meta({ id: 'NamedRecordLink' });

/**
 * The reference of a record of any of several objects. Requests give `{object, id}`, responses add the name; a name in a
 * request is ignored. The engine works with the link's key. If the field has options, they are roles that a link may have.
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
      const { role, ...target } = linkOf(key);
      const { object } = target;
      if (Array.isArray(linksTo) && !linksToAny(field) && !linksTo.includes(object))
        throw new FieldValueError(
          'wrongObject',
          `${label(field)} can't be a record of "${object}". Use one of: ${linksTo.join(', ')}.`,
          { object, allowed: linksTo },
        );
      if (role === undefined) return key;
      if (!field.options?.length)
        throw new FieldValueError(
          'roleNotAllowed',
          `Links of ${label(field)} have no roles. Leave "role" out.`,
        );
      return linkKey({ ...target, role: select.codec.parse(role, field) as string });
    },
    toColumn: same,
    fromColumn: same,
    input: () => linkInput,
    output: () => linkAnswer,
  },
  defaults: { sortable: false },
  ownStorage: linkColumns,
  cell: { ...nameCell, read: (text) => keyInLink(tidyText(text)) },
  ownSettings: ['linksTo', 'options'],
});

const exampleOf = (field: FieldDescriptor) =>
  linksToAny(field) ? 'account' : (namedTargets(field)[0] ?? 'account');
