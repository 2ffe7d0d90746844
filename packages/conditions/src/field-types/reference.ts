import { fieldType } from './field-type-traits.js';

/** A reference to one record of an object. */
export const reference = fieldType('reference', { isMatchKey: true });
