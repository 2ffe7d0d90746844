import type { FieldTypeTraits } from './field-type-traits.js';

/** Yes or no. */
export const boolean: FieldTypeTraits = { family: 'boolean' };
