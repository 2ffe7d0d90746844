import { z } from 'zod';
import { encodingNamed } from './tables/byte-sniffing.js';
import { delimiterNamed } from './tables/delimiter.js';
import { DATE_ORDERS, type DateOrder, type DecimalMark } from '@pellucid/conditions/locale-text';

const key = z.string().min(1).max(200);
const column = z.string().min(1).max(10_000);

const encoding = z.string().transform((given, context) => {
  const found = encodingNamed(given);
  if (!found)
    context.addIssue({
      code: 'custom',
      message: `"${given}" isn't a supported encoding. Use one such as utf-8, utf-16le, iso-8859-1 or windows-1252`,
    });
  return found ?? z.NEVER;
});
const delimiter = z.string().transform((given, context) => {
  const found = delimiterNamed(given);
  if (!found) context.addIssue({ code: 'custom', message: 'must be a comma, semicolon, tab or pipe' });
  return found ?? z.NEVER;
});
const dateOrder = z
  .string()
  .transform((given, context): DateOrder => {
    const found = DATE_ORDERS.find((order) => order === given.toUpperCase());
    if (!found) context.addIssue({ code: 'custom', message: 'must be YMD, DMY or MDY' });
    return found ?? z.NEVER;
  })
  .pipe(z.enum(DATE_ORDERS));

const decimalMark = z
  .string()
  .transform((given, context): DecimalMark => {
    const found = DECIMAL_MARKS.get(given.trim().toLowerCase());
    if (!found) context.addIssue({ code: 'custom', message: 'must be "." or ","' });
    return found ?? z.NEVER;
  })
  .pipe(z.enum(['.', ',']));
const DECIMAL_MARKS: ReadonlyMap<string, DecimalMark> = new Map([
  ['.', '.'],
  [',', ','],
  ['point', '.'],
  ['comma', ','],
]);

/** How a file is to be read, if the person overrides the detection. */
export const readingOptions = {
  encoding: encoding.optional().meta({
    description: 'Encoding, such as utf-8, utf-16le, iso-8859-1 or windows-1252; detected by default',
  }),
  delimiter: delimiter.optional().meta({ description: 'Comma, semicolon, tab or pipe; detected by default' }),
  dateOrder: z
    .union([dateOrder, z.record(column, dateOrder)])
    .optional()
    .meta({
      description:
        "YMD, DMY or MDY, for all columns or by column; detected by default, with the company's format as fallback",
    }),
  decimalMark: z
    .union([decimalMark, z.record(column, decimalMark)])
    .optional()
    .meta({
      description:
        '"." or ",", for all columns or by column; detected from the column\'s values by default, with the company\'s format as fallback',
    }),
  sheet: z.string().max(200).optional().meta({ description: 'Sheet of a workbook; defaults to the first' }),
};

/** Options of an inspection. */
export const inspectOptionsSchema = z.strictObject({
  ...readingOptions,
  object: key.optional().meta({ description: 'Object to suggest fields for; defaults to the most likely' }),
});

/** How the references of a column are looked up. */
const referenceOptions = z.strictObject({
  by: key.optional().meta({
    description: 'Field of the referenced record; defaults to its name (members: e-mail or full name)',
  }),
  unknown: z
    .enum(['create', 'empty', 'error'])
    .default('error')
    .meta({ description: 'What to do with values that match no record' }),
});

/** What becomes of the lines that a record already has. */
const lineOptions = z.strictObject({
  mode: z.enum(['add', 'replace', 'match']).default('add').meta({
    description:
      'What becomes of the lines that a record already has: `add` keeps them, `replace` removes them, `match` updates those with the same value of `matchBy` and keeps the others. A row with a line ID always updates that line',
  }),
  matchBy: key.optional().meta({ description: 'Field of the lines, e.g. lines.product' }),
});

/** The options of an import. */
export const importOptionsSchema = z
  .strictObject({
    object: key.meta({ description: 'Key of the object, e.g. account' }),
    mode: z.enum(['create', 'update', 'upsert']),
    matchBy: z
      .array(key)
      .max(5)
      .optional()
      .meta({ description: 'Fields to match records by, together, e.g. ["externalId"]' }),
    mapping: z.record(column, z.union([key, z.array(key).min(1).max(10)])).meta({
      description:
        'Field or fields by column. Columns of lines have keys such as lines.quantity: rows that match the same record, or whose columns of the record are all empty, are further lines of it',
    }),
    lines: z.record(key, lineOptions).optional().meta({ description: 'By key of the lines, e.g. lines' }),
    values: z
      .record(column, z.record(z.string(), z.union([z.string(), z.null()])))
      .optional()
      .meta({ description: 'By column: value in the file → replacement; null empties the cell' }),
    references: z.record(column, referenceOptions).optional(),
    unknownOptions: z
      .enum(['create', 'error'])
      .default('error')
      .meta({ description: 'What becomes of a value that is no option of a select field' }),
    duplicates: z.enum(['refuse', 'allow']).optional().meta({
      description:
        'What becomes of rows that may be duplicates by the rules of the company: `refuse`, the default, fails them; `allow` imports them, those that a rule blocks only for people who may override it',
    }),
    silent: z.boolean().optional().meta({
      description:
        'Whether the import starts no workflows and notifies nobody. Corrected rows and a rollback are silent too',
    }),
    ...readingOptions,
  })
  .meta({ id: 'ImportOptions' });

/** The options of `POST /imports/preview`, as a request gives them. */
export const previewRequestSchema = importOptionsSchema.extend({}).meta({ id: 'ImportPreviewRequest' });

/** The body of `POST /imports`: the options, and the preview that they were tried in. */
export const importRequestSchema = importOptionsSchema
  .extend({
    previewId: z.uuid().optional().meta({
      description:
        'A preview of this file with these options. The import is refused if file, options or matched records have changed since, and rows fail that would have another outcome',
    }),
  })
  .meta({ id: 'ImportRequest' });

/** Validated options of an import. */
export type ImportOptions = z.output<typeof importOptionsSchema>;
/** Validated options of a request for an import. */
export type ImportRequest = z.output<typeof importRequestSchema>;
/** Validated options of an inspection. */
export type InspectOptions = z.output<typeof inspectOptionsSchema>;
