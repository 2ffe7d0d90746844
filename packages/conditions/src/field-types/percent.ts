import type { FieldTypeTraits } from './field-type-traits.js';

/** A percentage with a fixed count of decimals: 12.5 means 12.5 %. */
export const percent: FieldTypeTraits = { family: 'decimal' };
