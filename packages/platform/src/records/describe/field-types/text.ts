import { FIELD_TYPES } from '@pellucid/conditions';
import { maskedText, partialText } from '../../../masking/index.js';
import { serverFieldType } from './server-field-type.js';
import { nameCell, nameCodec } from './text-codec.js';

/** Short text with a stored normalised column `<key>_norm`, unless `filterable: false`. */
export const text = serverFieldType(FIELD_TYPES.text, {
  codec: nameCodec,
  hasNormColumn: true,
  masking: maskedText(partialText),
  example: 'Ann Baker',
  cell: nameCell,
  ownSettings: ['maxLength', 'pattern'],
});
