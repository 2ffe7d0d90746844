import { fieldType } from './field-type-traits.js';

/** A short text on one line. */
export const text = fieldType('text', { isMatchKey: true, isLookupKey: true });
