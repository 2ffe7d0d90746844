import { FIELD_TYPES } from '@pellucid/conditions';
import { maskedText, partialText } from '../../../masking/index.js';
import { serverFieldType } from './server-field-type.js';
import { nameCodec, parseText } from './text-codec.js';

/** Text of several lines; not filterable, since it has no normalised column. */
export const longText = serverFieldType(FIELD_TYPES.longText, {
  codec: { ...nameCodec, parse: parseText },
  defaults: { maxLength: 20_000, filterable: false },
  masking: maskedText(partialText, 'redact'),
  example: 'Met at the fair in spring.',
  cell: { read: (text) => text, write: String, fit: () => 1 },
  ownSettings: ['maxLength'],
});
