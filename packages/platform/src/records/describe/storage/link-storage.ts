import type { Statement } from '../../../db/tenant-pool.js';
import type { LinkedRows } from './linked-rows.js';
import type { FieldStorage, HoldingRows, NameOf, ValueChange } from './field-storage.js';

export type { NameOf, ValueChange } from './field-storage.js';

/** How a module stores the values of a field outside the record's own row: in a link table or a side table. */
export interface LinkField {
  /**
   * Returns the SQL expression that a read selects for the row alias: JSON in API form (`{id, name}`, an array of those, or
   * text).
   */
  select(alias: string, nameOf: NameOf): string;
  /** Returns the SQL expression of the plain value for filters: uuid, text or text[]. */
  value(alias: string): string;
  /** Returns the SQL expression of the compared form, for texts. */
  norm?(alias: string): string;
  /** See {@link FieldStorage.among}. */
  among?: FieldStorage['among'];
  /** Returns statements that store changed values; see {@link SideTable}. */
  write(tenantId: string, object: string, changes: ValueChange[]): Statement[];
  /** See {@link FieldStorage.holdsOn}. It takes {@link linked}. */
  holdsOn?: boolean;
  /** See {@link FieldStorage.linked}. */
  linked?(record: string, link: string, object: string): LinkedRows;
  /** See {@link FieldStorage.holding}. */
  holding?(alias: string, values: string, cast: string): HoldingRows;
  /** See {@link FieldStorage.repoint}. */
  repoint?: FieldStorage['repoint'];
  /** See {@link FieldStorage.unlink}. */
  unlink?(tenantId: string, recordIds: string[], targetIds: string[]): Statement;
  /** See {@link FieldStorage.relink}. */
  relink?(tenantId: string, kept: unknown[]): Statement;
}

/**
 * The value is stored as rows of another table.
 * @param carriesNames whether the field refers to records, which its select returns with their names
 */
export function linkStorage(link: LinkField, carriesNames: boolean): FieldStorage {
  return {
    columns: [],
    select: (alias, nameOf) => link.select(alias, nameOf),
    carriesNames,
    value: (alias) => link.value(alias),
    ...(link.norm ? { norm: (alias: string) => link.norm!(alias) } : {}),
    searchColumn: null,
    put() {},
    side: {
      write: (tenantId, object, values) =>
        values.flatMap(({ changes }) => link.write(tenantId, object, changes)),
    },
    holdsOn: link.holdsOn ?? false,
    ...(link.among ? { among: link.among } : {}),
    ...(link.linked ? { linked: link.linked } : {}),
    ...(link.holding ? { holding: link.holding } : {}),
    ...(link.repoint ? { repoint: link.repoint } : {}),
    ...(link.unlink ? { unlink: link.unlink } : {}),
    ...(link.relink ? { relink: link.relink } : {}),
  };
}
