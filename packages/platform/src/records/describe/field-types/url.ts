import { FIELD_TYPES } from '@pellucid/conditions';
import { readWebAddress, type WebAddressProblem } from '@pellucid/conditions/contact-text';
import { maskedText, partialUrl } from '../../../masking/index.js';
import { HOSTS } from '../match-forms.js';
import { FieldValueError } from '../field-value-error.js';
import { serverFieldType } from './server-field-type.js';
import { label, nameCell, nameCodec, parseName } from './text-codec.js';

const MENDS: Record<WebAddressProblem, string> = {
  scheme: 'must start with http:// or https://, like https://example.com.',
  credentials: 'can\'t contain a user name or password. Remove everything before the "@".',
  malformed: 'must be a web address like https://example.com.',
};

/** Web address. */
export const url = serverFieldType(FIELD_TYPES.url, {
  codec: {
    ...nameCodec,
    parse(input, field) {
      const read = readWebAddress(parseName(input, field));
      if ('problem' in read)
        throw new FieldValueError('invalidUrl', `${label(field)} ${MENDS[read.problem]}`);
      return read.value;
    },
  },
  defaults: { maxLength: 2000 },
  hasNormColumn: true,
  matching: HOSTS,
  masking: maskedText(partialUrl),
  example: 'https://example.com/private/page',
  cell: { ...nameCell, fit: (column) => Math.max(0.3, column.share('urls')) },
  ownSettings: ['pattern'],
});
