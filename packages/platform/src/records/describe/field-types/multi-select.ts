import { FIELD_TYPES } from '@pellucid/conditions';
import { z } from 'zod';
import { listCell, listItems, optionOf } from '../cells/choice-cell.js';
import type { FieldDescriptor } from '../descriptor.js';
import { parseItems } from './list-items.js';
import { reference } from './reference.js';
import { select } from './select.js';
import { serverFieldType } from './server-field-type.js';
import { nameCell, same } from './text-codec.js';

/** Returns the codec of one item. */
const itemCodec = (field: FieldDescriptor) => (field.references ? reference : select).codec;

/** Any number of the options, stored in a text[] column, or several references, stored as a link says. */
export const multiSelect = serverFieldType(FIELD_TYPES.multiSelect, {
  codec: {
    parse: (input, field) => parseItems(input, field, itemCodec(field)),
    toColumn: same,
    fromColumn: same,
    input: (f) => z.array(f.references ? z.uuid() : z.string()),
    output: (f) => z.array(itemCodec(f).output(f)),
  },
  defaults: { sortable: false },
  cell: {
    read: (text, field) => listItems(text).map((item) => optionOf(field, item) ?? item),
    write: listCell,
    fit: nameCell.fit,
  },
  ownSettings: ['options', 'dependsOn'],
});
