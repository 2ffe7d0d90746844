import { LEGAL_ENTITIES, LEGAL_ENTITY, PEOPLE, TAGS } from './base-objects.js';
import {
  defineRecord as complete,
  field,
  type RecordDefinition,
  type RecordDescriptor,
} from './descriptor.js';
import { externalIdField } from './links/external-ids.js';
import { tagsField } from './links/tags.js';

/**
 * Describes a business object. Every record also has an owner, a legal entity, tags and an external id.
 * @throws Error when a field key is used twice
 */
export function defineRecord(given: RecordDefinition): RecordDescriptor {
  return complete(given, [
    field.reference('owner', 'Owner', PEOPLE, { defaultColumn: true, section: 'Ownership' }),
    field.reference(LEGAL_ENTITY, 'Legal entity', LEGAL_ENTITIES, { section: 'Ownership' }),
    ...(given.key === TAGS ? [] : [{ ...tagsField(given.key), section: 'Ownership' }]),
    { ...externalIdField(given.key), section: 'Ownership' },
  ]);
}
