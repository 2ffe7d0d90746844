import { fieldType } from './field-type-traits.js';

/** A web address. */
export const url = fieldType('text', { isMatchKey: true });
