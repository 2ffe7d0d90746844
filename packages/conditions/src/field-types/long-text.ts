import { fieldType } from './field-type-traits.js';

/** A text of several lines. */
export const longText = fieldType('text', { isMultiline: true });
