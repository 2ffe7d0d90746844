import { type FieldStorage } from '../storage/field-storage.js';
import { linkStorage } from '../storage/link-storage.js';
import { manyToAny } from './many-to-many.js';

/**
 * Links to records of any objects, in the table record_link.
 * @param kind which links of the record they are; a field has its own
 */
export function recordLinks(kind: string): FieldStorage {
  const of = (object: string): FieldStorage =>
    linkStorage(
      manyToAny({
        table: 'record_link',
        own: 'from_id',
        target: 'to_id',
        targetObject: 'to_object',
        marks: { from_object: object, kind },
        holdsOn: true,
      }),
      false,
    );
  return { ...of(''), of };
}
