import { FIELD_TYPES, targetKey } from '@pellucid/conditions';
import { z } from 'zod';
import { listCell, listItems } from '../cells/choice-cell.js';
import { keyInLink } from '../cells/link-cell.js';
import { FieldValueError } from '../field-value-error.js';
import { anyReference } from './any-reference.js';
import { parseItems } from './list-items.js';
import { serverFieldType } from './server-field-type.js';
import { label, nameCell, same } from './text-codec.js';

const { codec } = anyReference;

/** Links to any number of records of several objects. */
export const links = serverFieldType(FIELD_TYPES.links, {
  codec: {
    parse(input, field) {
      const keys = parseItems(input, field, codec) as string[];
      const targets = keys.map(targetKey);
      const twice = targets.find((target, n) => targets.indexOf(target) !== n);
      if (twice !== undefined)
        throw new FieldValueError(
          'linkedTwice',
          `${label(field)} links to the record "${twice}" in several roles. Give each record one role.`,
          { record: twice },
        );
      return keys;
    },
    toColumn: same,
    fromColumn: (raw: string[]) => [...raw].sort(),
    input: (f) => z.array(codec.input(f)),
    output: (f) => z.array(codec.output(f)),
  },
  defaults: { sortable: false },
  cell: { read: (text) => listItems(text).map(keyInLink), write: listCell, fit: nameCell.fit },
  ownSettings: ['linksTo', 'options'],
});
