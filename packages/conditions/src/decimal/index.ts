/** Exact decimal arithmetic, shared by server and browser. */
export { allocate } from './allocation.js';
export {
  add,
  canonical,
  compare,
  divide,
  multiply,
  percentage,
  rescale,
  subtract,
  sum,
} from './arithmetic.js';
export {
  type Decimal,
  decimalText,
  exactNumber,
  fromScaled,
  parseDecimal,
  shortestText,
  toScaled,
} from './decimal.js';
export { divideRounded, type Rounding } from './rounding.js';
export {
  BIGINT_MAX,
  BIGINT_MIN,
  readBound,
  readScaled,
  type ScaledBound,
  type ScaledInteger,
  toScaledInteger,
} from './scaled.js';
