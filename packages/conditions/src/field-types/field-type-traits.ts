/** How values of a type are compared, in memory and in SQL; several field types share a family. */
export type ValueFamily =
  | 'text'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'choice'
  | 'set'
  | 'reference'
  | 'link'
  | 'links';

/** Whether a value of the family is a list without order. */
export const isSet = (family: ValueFamily): boolean => family === 'set' || family === 'links';

/** Whether values refer to records of several objects, and so say of which object each is. */
export const isLink = (family: ValueFamily): boolean => family === 'link' || family === 'links';

/**
 * What both browser and server know about a field type. Engines ask for these traits, never for the type's name. What
 * follows from the family is not repeated here: operators (type-operators.ts), and how files write values (type-in-files.ts).
 */
export interface FieldTypeTraits {
  readonly family: ValueFamily;
  /** Whether texts have several lines and are kept byte for byte: blanks in them are content. */
  readonly isMultiline?: boolean;
  /** Whether any sentence is a value, such as the note that personal data was erased. */
  readonly isFreeText?: boolean;
  /** Whether values are documents, of which comparisons see the plain text. */
  readonly isDocument?: boolean;
  /** Whether values are amounts of money, which have a currency. */
  readonly isAmount?: boolean;
  /** Whether records are named by such texts, so that files may refer to them by a field of this type. */
  readonly isLookupKey?: boolean;
}
