import type { FieldTypeTraits } from './field-type-traits.js';

/** A reference to one record of an object. */
export const reference: FieldTypeTraits = { family: 'reference' };
