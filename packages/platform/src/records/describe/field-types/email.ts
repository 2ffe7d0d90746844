import { FIELD_TYPES } from '@pellucid/conditions';
import { readEmail } from '@pellucid/conditions/contact-text';
import { maskedText, partialEmail } from '../../../masking/index.js';
import { emailForm } from '../field-forms.js';
import { MAILBOXES } from '../match-forms.js';
import { FieldValueError } from '../field-value-error.js';
import { serverFieldType } from './server-field-type.js';
import { label, nameCell, nameCodec, parseText } from './text-codec.js';

/** E-mail address, compared by its mailbox. */
export const email = serverFieldType(FIELD_TYPES.email, {
  codec: {
    ...nameCodec,
    parse(input, field) {
      const address = typeof input === 'string' ? readEmail(input) : parseText(input, field);
      if (address === undefined)
        throw new FieldValueError(
          'invalidEmail',
          `${label(field)} must be an e-mail address like name@example.com.`,
        );
      return parseText(address, field);
    },
  },
  defaults: { maxLength: 254, pii: 'personal' },
  hasNormColumn: true,
  form: emailForm,
  matching: MAILBOXES,
  masking: maskedText(partialEmail),
  example: 'ann.baker@example.com',
  cell: { ...nameCell, fit: (column) => column.share('emails') },
  ownSettings: ['pattern'],
});
