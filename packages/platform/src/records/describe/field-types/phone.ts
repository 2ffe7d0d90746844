import { FIELD_TYPES } from '@pellucid/conditions';
import { maskedText, partialPhone } from '../../../masking/index.js';
import { PHONES } from '../match-forms.js';
import { looksLikePhone, phoneForm } from '../phone-form.js';
import { serverFieldType } from './server-field-type.js';
import { nameCell, nameCodec } from './text-codec.js';

/** Phone number in any notation; numbers without a country code are those of the company's country. */
export const phone = serverFieldType(FIELD_TYPES.phone, {
  codec: nameCodec,
  defaults: { maxLength: 50, pii: 'personal' },
  hasNormColumn: true,
  form: phoneForm(),
  matching: PHONES,
  formIn: phoneForm,
  looksLikeValue: looksLikePhone,
  masking: maskedText(partialPhone),
  example: '+49 40 555 0237',
  cell: { ...nameCell, fit: (column) => Math.max(0.3, column.share('phones')) },
  ownSettings: ['pattern'],
});
