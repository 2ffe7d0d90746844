import { fieldType } from './field-type-traits.js';

/** A calendar date. */
export const date = fieldType('date', { notation: 'date', isMatchKey: true });
