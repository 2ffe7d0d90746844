import type { FieldTypeTraits } from './field-type-traits.js';

/** A web address. */
export const url: FieldTypeTraits = { family: 'text' };
