import type { FieldTypeTraits } from './field-type-traits.js';

/** An e-mail address. */
export const email: FieldTypeTraits = { family: 'text', isLookupKey: true };
