import { linkOf } from '@pellucid/conditions';
import type { FieldStorage } from './field-storage.js';

/**
 * The reference of a record of any object, in two columns of the record's own row: `<column>_object` (text) and
 * `<column>_id` (uuid). Give the table an index that starts with the tenant and both.
 */
export function linkColumns(column: string): FieldStorage {
  const object = (alias: string) => `${alias}.${column}_object`;
  const id = (alias: string) => `${alias}.${column}_id`;
  const key = (alias: string) => `(${object(alias)} || '/' || ${id(alias)})`;
  return {
    columns: [`${column}_object`, `${column}_id`],
    select: key,
    carriesNames: false,
    value: key,
    link: (alias) => ({ object: object(alias), id: id(alias) }),
    searchColumn: null,
    put(row, stored) {
      const link = stored === null ? undefined : linkOf(stored as string);
      row[`${column}_object`] = link?.object ?? null;
      row[`${column}_id`] = link?.id ?? null;
    },
    holdsOn: true,
    linked: (record, _link, of) => ({
      where: `${object(record)} = '${of}'`,
      record: `${record}.id`,
      target: id(record),
    }),
  };
}
