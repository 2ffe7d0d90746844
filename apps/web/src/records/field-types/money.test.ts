import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { createFormats } from '../../lib/format/formats';
import type { FieldDescription } from '../object-description';
import { money } from './money';

const formats = createFormats({ locale: 'en-US', zone: 'UTC', baseCurrency: 'USD' });
const shown = (field: Partial<FieldDescription>, record: object) =>
  renderToStaticMarkup(
    money.show!(
      {
        field: { key: 'amount', label: 'Amount', type: 'money', ...field } as FieldDescription,
        value: '1500',
        record: { id: '1', ...record },
      } as never,
      formats,
    ),
  ).replace(/<[^>]+>/g, '');

test('amounts show the currency of their record, else the base currency', () => {
  expect(shown({ ownCurrency: true, currencyField: 'currency' }, { currency: 'EUR' })).toBe('€1,500');
  expect(shown({}, {})).toBe('$1,500');
});

test('an amount whose currency is hidden shows no other currency', () => {
  expect(shown({ ownCurrency: true }, {})).toBe('1,500');
});
