import type { FieldTypeTraits } from './field-type-traits.js';

/** A document with headings, lists and links. Inside the engine it is one text: its JSON. */
export const richText: FieldTypeTraits = { family: 'text', isMultiline: true, isDocument: true };
