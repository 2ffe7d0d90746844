import type { ValueFamily } from '@pellucid/conditions';
import type { ReactNode } from 'react';
import type { Formats } from '@/lib/format/formats';
import type { FieldDescription } from '../object-description';

/** A value to show, with what is around it. */
export interface ShownValue {
  field: FieldDescription;
  value: unknown;
  /** The record, which tells the currency of an amount and what is withheld. */
  record?: Record<string, unknown>;
  /** Plain text instead of links, inside an element that is itself a link. */
  isPlain?: boolean;
  /** The whole value, however long it is. */
  isWhole?: boolean;
}

/** The inputs that `FieldInput` has: one for each family, and some more for texts. */
export type Widget = ValueFamily | 'textarea' | 'document' | 'email' | 'tel' | 'url';

/** What the browser adds to the traits of a field type. What is left out is as for a short text. */
export interface WebFieldType {
  /** A list column's minimum width in pixels, and its share of the remaining width. */
  track?: [minimum: number, share: number];
  /**
   * In: a value that is not blank. Out: what shows it. A function instead of a component, because a table calls it for
   * hundreds of cells.
   */
  show?(shown: ShownValue, formats: Formats): ReactNode;
  /** The input, if it isn't the one of the type's family. */
  widget?: Widget;
  /** In: a typed decimal. Out: the value in the API's form; the text itself if left out, so that no digit is lost. */
  fromDecimal?(decimal: string, field: FieldDescription): unknown;
}
