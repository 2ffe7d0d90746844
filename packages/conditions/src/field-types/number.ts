import { fieldType } from './field-type-traits.js';

/** A number with a fixed count of decimals. */
export const number = fieldType('decimal', { notation: 'number', isMatchKey: true });
