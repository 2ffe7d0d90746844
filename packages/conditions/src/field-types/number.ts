import type { FieldTypeTraits } from './field-type-traits.js';

/** A number with a fixed count of decimals. */
export const number: FieldTypeTraits = { family: 'decimal' };
