import { fieldType } from './field-type-traits.js';

/** An e-mail address. */
export const email = fieldType('text', { isMatchKey: true, isLookupKey: true });
