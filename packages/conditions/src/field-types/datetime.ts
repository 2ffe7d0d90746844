import type { FieldTypeTraits } from './field-type-traits.js';

/** An instant. */
export const datetime: FieldTypeTraits = { family: 'datetime' };
