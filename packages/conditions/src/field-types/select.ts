import type { FieldTypeTraits } from './field-type-traits.js';

/** One of several options. */
export const select: FieldTypeTraits = { family: 'choice' };
