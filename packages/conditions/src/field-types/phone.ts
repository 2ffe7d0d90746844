import type { FieldTypeTraits } from './field-type-traits.js';

/** A phone number. */
export const phone: FieldTypeTraits = { family: 'text' };
