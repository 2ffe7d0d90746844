import type { FieldTypeTraits } from './field-type-traits.js';

/** Links to any number of records of several objects. */
export const links: FieldTypeTraits = { family: 'links' };
