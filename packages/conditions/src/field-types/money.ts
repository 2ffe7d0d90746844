import type { FieldTypeTraits } from './field-type-traits.js';

/** An amount of money. */
export const money: FieldTypeTraits = {
  family: 'decimal',
  isAmount: true,
};
