import { fieldType } from './field-type-traits.js';

/** An amount of money. */
export const money = fieldType('decimal', { isAmount: true, scale: 2, notation: 'number', isMatchKey: true });
