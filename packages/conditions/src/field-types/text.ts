import type { FieldTypeTraits } from './field-type-traits.js';

/** A short text on one line. */
export const text: FieldTypeTraits = {
  family: 'text',
  isFreeText: true,
  isLookupKey: true,
};
