import { SALES_CATALOG } from '@pellucid/platform/access';
import { defineRecord, field } from '@pellucid/platform/records';
import { productTextsDe } from './products.texts-de.js';

/** A product or service with its list price. */
export const productRecord = defineRecord({
  key: 'product',
  texts: { de: productTextsDe },
  plural: 'products',
  label: 'Product',
  pluralLabel: 'Products',
  table: 'product',
  ownedByCreator: false,
  defaultSort: 'name',
  presentation: { icon: 'package', order: 50, keyFacts: ['family', 'price'] },
  roles: SALES_CATALOG,
  fields: [
    field.text('name', 'Name', {
      required: true,
      maxLength: 200,
      searchable: true,
      defaultColumn: true,
      pii: 'public',
    }),
    field.text('family', 'Family', { maxLength: 100, searchable: true, defaultColumn: true, pii: 'public' }),
    field.text('sku', 'SKU', { maxLength: 100, searchable: true, defaultColumn: true, pii: 'public' }),
    field.money('price', 'Price', { min: 0, currency: { field: 'currency' }, defaultColumn: true }),
    field.currency('currency', 'Currency', {
      required: true,
      default: ({ baseCurrency }) => baseCurrency,
    }),
    field.boolean('active', 'Active', { required: true, default: () => true, defaultColumn: true }),
    field.longText('description', 'Description'),
  ],
  uniques: [
    {
      constraint: 'product_name_living_key',
      field: 'name',
      message: 'Another product already has this name.',
    },
    { constraint: 'product_sku_living_key', field: 'sku', message: 'Another product already has this SKU.' },
  ],
});
