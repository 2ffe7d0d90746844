import { fieldType } from './field-type-traits.js';

/** A phone number. */
export const phone = fieldType('text', { isMatchKey: true });
