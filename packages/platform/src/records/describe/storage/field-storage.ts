import type { Statement } from '../../../db/tenant-pool.js';
import type { FieldDescriptor } from '../descriptor.js';
import type { LinkedRows } from './linked-rows.js';

/** Returns the SQL expression of a linked record's name for its alias: null if the reader may not see the name. */
export type NameOf = (alias: string) => string;

/** Expressions of the parts of a link: the object (text) and the id (uuid) of the record it leads to, and its role (text). */
export interface LinkParts {
  object: string;
  id: string;
  /** Only of links that may have one. */
  role?: string;
}

/** A record whose value of a field changes. */
export interface ValueChange {
  id: string;
  /** The value before and after, in API form. */
  before: unknown;
  after: unknown;
  /** The value after, in stored form, and the form in which it is compared; null if there is none. */
  stored: unknown;
  norm: string | null;
}

/** The changed values of one field. */
export interface FieldValues {
  field: FieldDescriptor;
  changes: ValueChange[];
}

/** Whether the text of a field, in compared form, is part of the record's own row. */
export const isInOwnRow = ({ storage }: FieldDescriptor): boolean =>
  storage.norm !== undefined && storage.columns.length > 0;

/** A table other than the record's own that holds values. Fields that share one are written together. */
export interface SideTable {
  /** Returns statements that store the values. They run after the record's own write, in the same round trip. */
  write(tenantId: string, object: string, values: FieldValues[]): Statement[];
}

/** Rows that hold one of several values, as parts of a select from the object's table as `t`. */
export interface HoldingRows {
  /** Join that reaches the values; empty if they are in the own row. */
  join: string;
  where: string;
  /** Expression of the value as text, in the form in which the values were given. */
  value: string;
}

/**
 * Where the values of a field are stored, with all SQL that depends on it. Engines work with this port and never ask which
 * kind of storage a field has, so a new kind is one implementation (ADR 22).
 *
 * Values cross the port in stored form: what {@link FieldCodec.toColumn} returns, sealed if the company encrypts the field.
 */
export interface FieldStorage {
  /** Returns the storage for a field of an object, for one that depends on the object. `defineRecord` calls it. */
  readonly of?: (object: string) => FieldStorage;

  /** Columns of the record's own row that hold the value and its compared form; empty if it is stored elsewhere. */
  readonly columns: readonly string[];

  /** Returns the expression that the read selects for a row alias. */
  select(alias: string, nameOf: NameOf): string;
  /** Takes the value out of what {@link select} returned for several fields; undefined if that is the value. */
  readonly pick?: (selected: any) => unknown;
  /** Returns the expression of the value alone, for reads of few of the fields that share a column. */
  readonly part?: (alias: string) => string;
  /**
   * Whether the selected value is JSON that already contains the names of references: `{id, name}` or an array of those. If
   * not, the engine joins the referenced records.
   */
  readonly carriesNames: boolean;

  /** Returns the expression of the plain value, for filters, joins and sorts: uuid, text, text[] or what the column holds. */
  value(alias: string): string;
  /** Returns the expression of the compared form of a text; undefined for types that are compared by value. */
  readonly norm?: (alias: string) => string;
  /** Column of the own row that holds the compared form, which `record_text_match` searches by its index; else null. */
  readonly searchColumn: string | null;

  /** Returns the expressions of the two parts of a link, if they are stored apart and an index serves them. */
  readonly link?: (alias: string) => LinkParts;

  /**
   * Returns a predicate for the rows of an alias whose value fulfils a test, which an index of values answers. The test
   * gets the expression of the value in compared form; for a list of links, of one element, with its parts. Undefined if the
   * record's own row answers as well.
   */
  readonly among?: (alias: string, test: (value: string, link?: LinkParts) => string) => string;
  /**
   * Returns the join of an index of values that drives a list in the order of the field, and the expression of the value.
   * Undefined if the record's own row has the index.
   */
  readonly order?: (alias: string, joined: string) => { join: string; value: string };

  /** Puts a value and its compared form into the JSON of the record's own row. Does nothing if it is stored elsewhere. */
  put(row: Record<string, unknown>, stored: unknown, norm: string | null): void;
  /** Puts only the compared form of a text, given the text itself. Undefined for types that are compared by value. */
  readonly putNorm?: (row: Record<string, unknown>, norm: string | null, plain: unknown) => void;
  /**
   * For a column that several fields share: returns the expression of its new content, from what was put and what it
   * holds (null for a new row). Undefined if what was put replaces it.
   */
  readonly merge?: (given: string, held: string | null) => string;
  /** How many bytes the compared form of a text may have, so that its index takes it. Undefined if any number. */
  readonly maxNormBytes?: number;
  /** The table that holds the value, or a copy of it for lookups. Undefined if {@link put} stores all of it. */
  readonly side?: SideTable;

  /** Returns a statement that removes the values of records from another table, whatever they are. Undefined if {@link side} does. */
  readonly clear?: (tenantId: string, recordIds: string[]) => Statement;

  /**
   * Whether records hold on to what they refer to by the field: it can't be deleted from under them unnoticed. It takes
   * {@link linked}, by which referring records are found.
   */
  readonly holdsOn: boolean;
  /**
   * Returns which records refer to which records of an object by the field, for joins from either end: see `refersTo` and
   * `referringIds`. Undefined if the field can't refer to records.
   * @param record alias of the record that has the field
   * @param link alias for the table of the links, if there is one
   * @param object the object referred to
   */
  readonly linked?: (record: string, link: string, object: string) => LinkedRows;

  /**
   * Finds the rows of an object's table by their values, for imports and other exact lookups. Undefined if records cannot be
   * looked up by the field.
   * @param alias of a joined table, unique within the statement
   * @param values placeholder of the values in compared form
   * @param cast SQL type of the placeholder's elements
   */
  readonly holding?: (alias: string, values: string, cast: string) => HoldingRows;

  /**
   * For links that have more than their two ends, such as a role: returns statements that move links of the records from one
   * target to another and keep the rest. A record that has both links keeps that to the second target. They run before
   * {@link side} stores the changed values. Without it, a link to the second target is a new one.
   */
  readonly repoint?: (
    tenantId: string,
    recordIds: string[],
    ends: { from: string; into: string },
  ) => Statement[];

  /**
   * For a field that shows less than it stores: returns a statement that removes references to the targets. It returns rows
   * `{id, kept}` with what {@link relink} needs. Without it, unlinking is an ordinary change of the field.
   */
  readonly unlink?: (tenantId: string, recordIds: string[], targetIds: string[]) => Statement;
  /** Returns a statement that restores what {@link unlink} removed. */
  readonly relink?: (tenantId: string, kept: unknown[]) => Statement;
}
