import { FIELD_TYPES } from '@pellucid/conditions';
import { z } from 'zod';
import { listCell, listItems } from '../cells/choice-cell.js';
import { anyReference } from './any-reference.js';
import { parseItems } from './list-items.js';
import { serverFieldType } from './server-field-type.js';
import { nameCell, same } from './text-codec.js';

const { codec } = anyReference;

/** Links to any number of records of several objects. */
export const links = serverFieldType(FIELD_TYPES.links, {
  codec: {
    parse: (input, field) => parseItems(input, field, codec),
    toColumn: same,
    fromColumn: (raw: string[]) => [...raw].sort(),
    input: (f) => z.array(codec.input(f)),
    output: (f) => z.array(codec.output(f)),
  },
  defaults: { sortable: false },
  cell: { read: listItems, write: listCell, fit: nameCell.fit },
  ownSettings: ['linksTo'],
});
