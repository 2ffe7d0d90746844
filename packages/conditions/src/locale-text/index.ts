/**
 * Numbers, amounts and dates as people write them, under a locale. Pure functions, shared by the browser (typed
 * values), the imports (a column decides first, then each cell is read strictly) and anything else that reads people's
 * texts. The API itself accepts only the machine format.
 */
export { type CurrencyMark, splitCurrency } from './currency-marks.js';
export {
  DATE_ORDERS,
  type DateOrder,
  dateVote,
  instantOf,
  localDateOrder,
  parseDateText,
  type WrittenDate,
  zoneOffset,
} from './date-text.js';
export { CURRENCIES, currencyDigits, formatAmount, isCurrency } from './iso-4217.js';
export {
  type BareNumber,
  bareNumber,
  type DecimalMark,
  decimalOf,
  decimalVote,
  parseNumberText,
} from './number-text.js';
export { type DateReading, type DateRefusal, type DateRules, readTypedDate } from './typed-date.js';
export {
  type NumberNotation,
  type NumberReading,
  type NumberRefusal,
  type NumberRules,
  numberNotation,
  readTypedNumber,
} from './typed-number.js';
