import { fieldType } from './field-type-traits.js';

/** One of several options. */
export const select = fieldType('choice', { isMatchKey: true });
