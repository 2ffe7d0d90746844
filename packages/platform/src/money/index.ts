/** Exact decimals and amounts. The browser has the same arithmetic in `@pellucid/conditions/decimal`. */
export {
  add,
  allocate,
  canonical,
  compare,
  divide,
  divideRounded,
  fromScaled,
  multiply,
  percentage,
  rescale,
  type Rounding,
  subtract,
  sum,
  toScaled,
} from '@pellucid/conditions/decimal';
/** ISO 4217, shared with the browser. */
export { CURRENCIES, currencyDigits, formatAmount, isCurrency } from '@pellucid/conditions/locale-text';
export { type BaseCurrencySql, convertedSql } from './converted-sql.js';
export { allocateAmount, convertAmount, RATE_SCALE, roundAmount } from './amounts.js';
