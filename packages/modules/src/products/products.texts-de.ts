import type { ObjectTexts } from '@pellucid/platform/records';

/** Products in German. */
export const productTextsDe: ObjectTexts = {
  label: 'Produkt',
  pluralLabel: 'Produkte',
  fields: {
    name: 'Name',
    family: 'Produktfamilie',
    sku: 'Artikelnummer',
    price: 'Preis',
    currency: 'Währung',
    active: 'Aktiv',
    description: 'Beschreibung',
  },
  uniques: { name: 'Ein anderes Produkt heißt schon so.', sku: 'Ein anderes Produkt hat schon diese SKU.' },
};
