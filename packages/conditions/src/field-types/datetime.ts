import { fieldType } from './field-type-traits.js';

/** An instant. */
export const datetime = fieldType('datetime', { notation: 'date' });
