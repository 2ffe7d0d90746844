/** ISO 4217, shared with the browser. */
export { CURRENCIES, currencyDigits, formatAmount, isCurrency } from '@pellucid/conditions/locale-text';
export { divideHalfUp } from './rounding.js';
