import type { FieldTypeTraits } from './field-type-traits.js';

/** A reference to one record of any of several objects. */
export const anyReference: FieldTypeTraits = { family: 'link' };
