import { FIELD_TYPES, normalizeText } from '@pellucid/conditions';
import { z } from 'zod';
import { CellError, shownText } from '../cells/cell-error.js';
import { FieldValueError } from '../field-value-error.js';
import { serverFieldType } from './server-field-type.js';
import { label, same } from './text-codec.js';

/** Words for true and false in the cells of files, in normal form. */
const TRUE = new Set(['true', 'yes', 'y', '1', 't', 'on', 'x', 'ja', 'oui', 'si', 'wahr', 'vrai', 'sim']);
const FALSE = new Set(['false', 'no', 'n', '0', 'f', 'off', 'nein', 'non', 'falsch', 'faux', 'nao', '-']);

/** Yes or no. */
export const boolean = serverFieldType(FIELD_TYPES.boolean, {
  codec: {
    parse(input, field) {
      if (typeof input !== 'boolean')
        throw new FieldValueError('wrongType', `${label(field)} must be true or false.`);
      return input;
    },
    toColumn: same,
    fromColumn: same,
    input: () => z.boolean(),
    output: () => z.boolean(),
  },
  cell: {
    read(text, field) {
      const word = normalizeText(text);
      if (TRUE.has(word)) return true;
      if (FALSE.has(word)) return false;
      throw new CellError('notYesOrNo', { cell: shownText(text), field: field.label });
    },
    write: String,
    fit: (column) => column.share('booleans'),
  },
  ownSettings: [],
});
