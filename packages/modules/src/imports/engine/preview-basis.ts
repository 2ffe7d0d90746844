import { createHash } from 'node:crypto';
import { CUSTOM_PREFIX } from '@pellucid/conditions';
import type { FilterContext } from '@pellucid/platform/records';
import type { ImportRights } from './import-rights.js';

/**
 * Returns a hash of what cells are read by and new records start with: the company's settings, and the definitions of the
 * fields that the person sees. As long as it stays, the same cells mean the same values.
 */
export function basisOf(object: string, { snapshot }: FilterContext, rights: ImportRights): string {
  const { zone, locale, baseCurrency } = snapshot.settings;
  const { options, customFields } = snapshot.definitions.get(object) ?? { options: [], customFields: [] };
  const seen = (field: string) => rights.isClear(object, field);
  const read = {
    settings: [zone, locale, baseCurrency],
    options: [...options].filter(([field]) => seen(field)),
    fields: customFields
      .filter(({ name }) => seen(CUSTOM_PREFIX + name))
      .map(({ name, type, settings, isDeleted }) => [name, type, settings, isDeleted]),
  };
  return createHash('sha256').update(JSON.stringify(read)).digest('base64url');
}
