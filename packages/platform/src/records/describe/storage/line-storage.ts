import type { FieldStorage } from './field-storage.js';

/** The value is a column of a line, which belongs to a record. Lines are selected and written as a whole. */
export function lineStorage(table: string, ownerColumn: string, column: string): FieldStorage {
  const value = (alias: string) => `${alias}.${column}`;
  return {
    columns: [column],
    select: value,
    carriesNames: false,
    value,
    searchColumn: null,
    put(row, stored) {
      row[column] = stored;
    },
    holdsOn: true,
    linked: (_record, link) => ({ table, record: `${link}.${ownerColumn}`, target: value(link) }),
  };
}
