import type { TenantSnapshot } from '@pellucid/platform/access';
import { type ColumnConventions, customField, type FieldDescriptor } from '@pellucid/platform/records';
import { settingsStored } from './definitions/definition-form.rules.js';
import type { FieldContent } from './definitions/definition.types.js';

/** Returns the field that a definition describes, with its values under a slot and without copies of them. */
export function convertedField(
  content: FieldContent,
  id: string,
  slot: number,
  country?: string,
): FieldDescriptor {
  const { isIndexed: _, isUnique: __, ...settings } = settingsStored(content);
  return customField({ ...content, id, slot, isDeleted: false, settings }, country);
}

/** How the product itself writes values in cells. */
export const conventionsOf = ({ settings }: TenantSnapshot): ColumnConventions => ({
  dateOrder: 'YMD',
  decimalMark: '.',
  isByLocale: false,
  zone: settings.zone,
  baseCurrency: settings.baseCurrency,
});
