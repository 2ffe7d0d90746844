import type { FieldTypeTraits } from './field-type-traits.js';

/** Any number of options, or of references to records. */
export const multiSelect: FieldTypeTraits = { family: 'set' };
