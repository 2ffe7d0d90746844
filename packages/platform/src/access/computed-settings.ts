import type { Condition } from '@pellucid/conditions';

/** Values that a company's formula gives. */
export interface FormulaSettings {
  kind: 'formula';
  formula: string;
  /** What it reads, as {@link Derivation} names it. Kept, so that a description needs no other object's. */
  sources: { from: string[]; lines?: string[] };
}

/** What can be worked out of the records that refer to a record. */
export type RollupFunction = 'count' | 'sum' | 'min' | 'max';

/** A value worked out of the records that refer to a record. */
export interface RollupSettings {
  kind: 'rollup';
  /** Key of the object whose records refer to this one. */
  object: string;
  /** Key of its field that refers to this one. */
  field: string;
  fn: RollupFunction;
  /** Key of its field that is added up or compared; none for `count`. */
  of?: string;
  /** Which of the records count: a condition on their own fields. */
  filter?: Condition;
}

/** A number that every new record gets. */
export interface AutoNumberSettings {
  kind: 'autoNumber';
  prefix?: string;
  /** Fewest digits; shorter numbers begin with zeros. */
  digits?: number;
  /** The first number. */
  start?: number;
}

/** How the product works out the values of a field that a company added; see ADR 42. */
export type ComputedSettings = FormulaSettings | RollupSettings | AutoNumberSettings;
