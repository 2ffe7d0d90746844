import { field, optionsOf } from '../describe/descriptor.js';
import { defineRecord } from '../describe/shared-fields.js';

/**
 * A description over the table of deals, with every type of field that aggregates treat differently: amounts in several
 * currencies, dates, times, decimals, yes or no, and a name that is derived in some records.
 */
export const sampleDeal = defineRecord({
  key: 'deal',
  plural: 'deals',
  label: 'Deal',
  pluralLabel: 'Deals',
  table: 'opportunity',
  fields: [
    field.text('name', 'Name', {
      searchable: true,
      derivedFrom: { from: ['account.name'], where: 'nameComposed' },
    }),
    field.boolean('nameComposed', 'Automatic name', { readOnly: true }),
    field.reference('account', 'Account', 'account'),
    field.money('amount', 'Amount', { currency: { field: 'currency' }, comparedBy: 'baseAmount' }),
    field.select('currency', 'Currency', optionsOf('EUR', 'USD', 'JPY')),
    field.money('baseAmount', 'Amount in base currency', {
      readOnly: true,
      derivedFrom: ['amount', 'currency'],
      keptIn: 'baseCurrency',
    }),
    field.select('baseCurrency', 'Base currency', optionsOf('EUR', 'USD', 'JPY'), {
      readOnly: true,
      filterable: false,
    }),
    field.money('rate', 'Price in its own currency', { currency: { field: 'currency' } }),
    field.date('closeDate', 'Close date'),
    field.datetime('closedAt', 'Closed at'),
    field.number('probability', 'Probability', { scale: 2 }),
    field.select('type', 'Type', optionsOf('New', 'Renewal')),
    field.text('nextStep', 'Next step'),
    field.longText('description', 'Description'),
  ],
});
