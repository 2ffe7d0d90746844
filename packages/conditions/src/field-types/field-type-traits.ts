import { FAMILIES, type FamilyTraits, type ValueFamily } from './families.js';

/** What both browser and server know about a field type. Engines ask for these traits, never for the type's name. */
export interface FieldTypeTraits extends FamilyTraits {
  /** How values are compared. */
  readonly family: ValueFamily;
  /** Whether texts have several lines and are kept byte for byte: blanks in them are content. */
  readonly isMultiline: boolean;
  /** Whether values are amounts of money, which have a currency. */
  readonly isAmount: boolean;
  /** Decimals of a decimal whose field does not say how many it stores. */
  readonly scale: number;
  /** How files write the values, if an import has to find out the column's notation first. */
  readonly notation: 'number' | 'date' | null;
  /** Whether imports may match rows with records by a field of this type. */
  readonly isMatchKey: boolean;
  /** Whether records are named by such texts, so that files may refer to them by a field of this type. */
  readonly isLookupKey: boolean;
}

const NONE: Omit<FieldTypeTraits, 'family' | keyof FamilyTraits> = {
  isMultiline: false,
  isAmount: false,
  scale: 0,
  notation: null,
  isMatchKey: false,
  isLookupKey: false,
};

/** Returns the traits of a type: those of its family, and its own. */
export function fieldType(
  family: ValueFamily,
  own: Partial<Omit<FieldTypeTraits, 'family'>> = {},
): FieldTypeTraits {
  return { family, ...FAMILIES[family], ...NONE, ...own };
}
