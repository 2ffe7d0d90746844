export { BaseCurrencyRepository } from '../base-currency/base-currency.repository.js';
export { RecalculateHandler } from '../base-currency/jobs/recalculate.handler.js';
