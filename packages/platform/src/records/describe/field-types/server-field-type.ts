import { type FieldTypeTraits, isSet, type ValueFamily } from '@pellucid/conditions';
import type { z } from 'zod';
import { type MaskingTraits, WITHHELD } from '../../../masking/index.js';
import type { CellForm } from '../cells/cell-form.js';
import type { FieldDefaults, FieldDescriptor } from '../descriptor.js';
import { type FieldForm, plainForm } from '../field-forms.js';
import { type MatchForms, matchFormsOf } from '../match-forms.js';
import type { FieldStorage } from '../storage/field-storage.js';

/** How values of a field type are read from input, stored and shown. Codecs never receive null. */
export interface FieldCodec {
  /** Converts input (JSON, or a typed import cell) to API form. @throws FieldValueError */
  parse(input: unknown, field: FieldDescriptor): unknown;
  /** Converts API form to what json_populate_recordset expects for the column. */
  toColumn(value: any, field: FieldDescriptor): unknown;
  /** Converts what the driver returns to API form. */
  fromColumn(raw: any, field: FieldDescriptor): unknown;
  /** Converts a value of the event log to API form, if earlier versions logged it in another one. */
  fromLog?(value: unknown, field: FieldDescriptor): unknown;
  /** Returns the schema of the value in requests, for the API document. */
  input(field: FieldDescriptor): z.ZodType;
  /** Returns the schema of the value in responses. */
  output(field: FieldDescriptor): z.ZodType;
}

/** SQL type of the stored values of each family. Decimals are scaled integers. */
const SQL_TYPES = {
  text: 'text',
  decimal: 'bigint',
  boolean: 'boolean',
  date: 'date',
  datetime: 'timestamptz',
  choice: 'text',
  set: 'text[]',
  reference: 'uuid',
  link: 'text',
  links: 'text[]',
} as const satisfies Record<ValueFamily, string>;

/** A setting that only fields of some types have. */
export type ValueSetting =
  | 'options'
  | 'dependsOn'
  | 'references'
  | 'linksTo'
  | 'maxLength'
  | 'pattern'
  | 'scale'
  | 'min'
  | 'max'
  | 'currency';

/** What the server adds to the traits of a field type. */
export interface ServerTraits {
  /** SQL type of the stored value, for placeholders that are compared with it. */
  readonly sqlType: (typeof SQL_TYPES)[ValueFamily];
  /** Whether a value is a list; a record that has none then has an empty one, else null. */
  readonly isList: boolean;
  readonly codec: FieldCodec;
  /** What a field of this type has unless its declaration says otherwise. */
  readonly defaults: FieldDefaults;
  /** What the name of a field's column has after the field's key. */
  readonly columnSuffix: string;
  /** Returns how values are stored in columns of the record's own row, if one column does not hold them. */
  readonly ownStorage?: (column: string) => FieldStorage;
  /** Whether values that are filtered have a second column with their compared form. */
  readonly hasNormColumn: boolean;
  /** How its texts are compared and found. */
  readonly form: FieldForm;
  /** Returns the form for a company's country (ISO 3166-1 alpha-2), if it depends on it. */
  readonly formIn?: (country: string) => FieldForm;
  /**
   * Whether a search text looks like a value or a part of one. Only for types whose form differs from that of names; the
   * quick search then looks for the text in both forms.
   */
  readonly looksLikeValue?: (text: string) => boolean;
  /** How values are compared to find duplicates; undefined if they can't be. */
  readonly matching: MatchForms | undefined;
  readonly masking: MaskingTraits;
  /** An invented value that shows what masking does; null if none would be useful (amounts, dates, choices). */
  readonly example: string | null;
  readonly cell: CellForm;
  /**
   * What companies that add a field of this type say about its values, besides what every field has. Undefined for types
   * that they can't add.
   */
  readonly ownSettings?: readonly ValueSetting[];
}

/** What the server knows about a field type. Engines ask for these traits, never for the type's name. */
export type ServerFieldType = FieldTypeTraits & ServerTraits;

/** Gives the traits of all types the same shape, which keeps reading them fast in loops over fields. */
const SAME_SHAPE = {
  isMultiline: false,
  isFreeText: false,
  isDocument: false,
  isAmount: false,
  isLookupKey: false,
};

/**
 * Returns what the server knows about a type.
 * @param shared the traits that the browser knows too
 * @param own how values are read, stored and written, and every trait that differs from a plain value's
 */
export function serverFieldType(
  shared: FieldTypeTraits,
  own: Pick<ServerTraits, 'codec' | 'cell'> & Partial<ServerTraits>,
): ServerFieldType {
  return {
    ...SAME_SHAPE,
    ...shared,
    sqlType: SQL_TYPES[shared.family],
    isList: isSet(shared.family),
    defaults: {},
    columnSuffix: '',
    hasNormColumn: false,
    form: plainForm,
    matching: matchFormsOf(shared),
    masking: WITHHELD,
    example: null,
    ...own,
  };
}
