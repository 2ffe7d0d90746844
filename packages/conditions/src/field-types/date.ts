import type { FieldTypeTraits } from './field-type-traits.js';

/** A calendar date. */
export const date: FieldTypeTraits = { family: 'date' };
