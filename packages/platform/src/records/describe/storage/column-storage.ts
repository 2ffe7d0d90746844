import type { FieldStorage } from './field-storage.js';

/** The value is a column of the record's own table; texts that are filtered have a second one with the compared form. */
export function columnStorage(column: string, normColumn: string | null): FieldStorage {
  const value = (alias: string) => `${alias}.${column}`;
  const compared = normColumn ?? column;
  return {
    columns: normColumn ? [column, normColumn] : [column],
    select: value,
    carriesNames: false,
    value,
    ...(normColumn ? { norm: (alias: string) => `${alias}.${normColumn}` } : {}),
    searchColumn: normColumn,
    put(row, stored, norm) {
      row[column] = stored;
      if (normColumn) row[normColumn] = norm;
    },
    ...(normColumn
      ? {
          putNorm(row: Record<string, unknown>, norm: string | null) {
            row[normColumn] = norm;
          },
        }
      : {}),
    holdsOn: true,
    linked: (record) => ({ record: `${record}.id`, target: value(record) }),
    holding: (_alias, values, cast) => ({
      join: '',
      where: `t.${compared} = any(${values}::${cast}[])`,
      value: `t.${compared}::text`,
    }),
  };
}
