import type { FieldTypeTraits } from './field-type-traits.js';

/** A text of several lines. */
export const longText: FieldTypeTraits = { family: 'text', isMultiline: true, isFreeText: true };
