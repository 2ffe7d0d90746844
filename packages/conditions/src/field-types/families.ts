/** Families of field types: how their values are compared, in memory and in SQL. */
import { type Operator, RELATIVE_OPERATORS } from '../operators.js';

/** How values of a type are compared; several field types share a family. */
export type ValueFamily =
  | 'text'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'choice'
  | 'set'
  | 'reference';

/** What all types of a family have in common. */
export interface FamilyTraits {
  /** SQL type of the stored value, for placeholders that are compared with it. Decimals are scaled integers. */
  readonly sqlType: 'text' | 'bigint' | 'boolean' | 'date' | 'timestamptz' | 'uuid' | 'text[]';
  /** Whether a value is a list; a record that has none then has an empty one, else null. */
  readonly isList: boolean;
  /** Operators that filters offer, in menu order. */
  readonly operators: readonly Operator[];
}

/** Operators that work on sealed values too. */
export const EQUALITY: readonly Operator[] = ['eq', 'neq', 'in', 'nin'];
export const PRESENCE: readonly Operator[] = ['exists', 'empty'];
const ORDER: readonly Operator[] = ['gt', 'gte', 'lt', 'lte', 'between'];

/** The traits of each family. */
export const FAMILIES: Readonly<Record<ValueFamily, FamilyTraits>> = {
  text: {
    sqlType: 'text',
    isList: false,
    operators: [...EQUALITY, 'contains', 'startswith', 'endswith', ...PRESENCE],
  },
  decimal: { sqlType: 'bigint', isList: false, operators: [...EQUALITY, ...ORDER, ...PRESENCE] },
  boolean: { sqlType: 'boolean', isList: false, operators: ['eq', 'neq', ...PRESENCE] },
  date: {
    sqlType: 'date',
    isList: false,
    operators: [...EQUALITY, ...ORDER, ...PRESENCE, ...RELATIVE_OPERATORS],
  },
  datetime: {
    sqlType: 'timestamptz',
    isList: false,
    operators: [...EQUALITY, ...ORDER, ...PRESENCE, ...RELATIVE_OPERATORS],
  },
  choice: { sqlType: 'text', isList: false, operators: [...EQUALITY, ...PRESENCE] },
  set: { sqlType: 'text[]', isList: true, operators: ['contains', 'in', 'nin', ...PRESENCE] },
  reference: { sqlType: 'uuid', isList: false, operators: [...EQUALITY, ...PRESENCE] },
};
