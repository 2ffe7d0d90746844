import { averageTenant } from '../../../db/average-tenant.js';
import { type FieldStorage } from '../storage/field-storage.js';
import { linkStorage } from '../storage/link-storage.js';
import { manyToAny } from './many-to-many.js';

/**
 * Links to records of any objects, in the table record_link.
 * @param kind which links of the record they are; a field has its own
 * @param haveRoles whether a link may say what the record is to the one that has it
 */
export function recordLinks(kind: string, haveRoles = false): FieldStorage {
  const of = (object: string): FieldStorage => ({
    ...linkStorage(
      manyToAny({
        table: 'record_link',
        own: 'from_id',
        target: 'to_id',
        targetObject: 'to_object',
        marks: { from_object: object, kind },
        ...(haveRoles ? { role: 'role' } : {}),
        holdsOn: true,
      }),
      false,
    ),
    clear: (tenantId, recordIds) => ({
      text: `delete from record_link where tenant_id = ${averageTenant('$1')} and from_object = $2 and kind = $3 and from_id = any($4::uuid[])`,
      values: [tenantId, object, kind, recordIds],
    }),
  });
  return { ...of(''), of };
}

/** A link to one record of any of several objects, in the table record_link. See {@link recordLinks}. */
export function oneRecordLink(kind: string, hasRole = false): FieldStorage {
  const listed = (value: unknown) => [value ?? []].flat();
  const of = (object: string): FieldStorage => {
    const links = recordLinks(kind, hasRole).of!(object);
    return {
      ...links,
      select: (alias, nameOf) => `(${links.select(alias, nameOf)})[1]`,
      value: (alias) => `(${links.value(alias)})[1]`,
      side: {
        write: (tenantId, object, values) =>
          links.side!.write(
            tenantId,
            object,
            values.map(({ field, changes }) => ({
              field,
              changes: changes.map((c) => ({ ...c, before: listed(c.before), after: listed(c.after) })),
            })),
          ),
      },
    };
  };
  return { ...of(''), of };
}
