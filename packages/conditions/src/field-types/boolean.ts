import { fieldType } from './field-type-traits.js';

/** Yes or no. */
export const boolean = fieldType('boolean');
