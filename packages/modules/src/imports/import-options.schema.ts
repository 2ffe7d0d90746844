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
      message: `"${given}" is no encoding we read: use e.g. utf-8, utf-16le, iso-8859-1 or windows-1252`,
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
    const found = DECIMAL_MARKS[given.trim().toLowerCase()];
    if (!found) context.addIssue({ code: 'custom', message: 'must be "." or ","' });
    return found ?? z.NEVER;
  })
  .pipe(z.enum(['.', ',']));
const DECIMAL_MARKS: Record<string, DecimalMark> = { '.': '.', ',': ',', point: '.', comma: ',' };

/** How the person says that a file is to be read, where the detection is wrong. */
export const readingOptions = {
  encoding: encoding
    .optional()
    .meta({ description: 'Encoding, e.g. utf-8, utf-16le, iso-8859-1, windows-1252; detected unless given' }),
  delimiter: delimiter
    .optional()
    .meta({ description: 'Comma, semicolon, tab or pipe; detected unless given' }),
  dateOrder: z
    .union([dateOrder, z.record(column, dateOrder)])
    .optional()
    .meta({
      description:
        'YMD, DMY or MDY, for all columns or by column; detected unless given, else as the company writes',
    }),
  decimalMark: z
    .union([decimalMark, z.record(column, decimalMark)])
    .optional()
    .meta({
      description:
        '"." or ",", for all columns or by column; detected from all values of the column unless given, else as the company writes',
    }),
  sheet: z.string().max(200).optional().meta({ description: 'Sheet of a workbook; the first unless given' }),
};

/** Options of an inspection. */
export const inspectOptionsSchema = z.strictObject({
  ...readingOptions,
  object: key
    .optional()
    .meta({ description: 'Object that fields are suggested for; the likeliest unless given' }),
});

/** How one column's references are found. */
const referenceOptions = z.strictObject({
  by: key.optional().meta({
    description: 'Field of the referenced record; its name unless given (members: e-mail or full name)',
  }),
  unknown: z
    .enum(['create', 'empty', 'error'])
    .default('error')
    .meta({ description: 'What becomes of a value that nothing has' }),
});

/** What an import is to do. */
export const importOptionsSchema = z
  .strictObject({
    object: key.meta({ description: 'Key of the object, e.g. account' }),
    mode: z.enum(['create', 'update', 'upsert']),
    matchBy: z
      .array(key)
      .max(5)
      .optional()
      .meta({ description: 'Fields that identify a row together, e.g. ["externalId"]' }),
    mapping: z
      .record(column, z.union([key, z.array(key).min(1).max(10)]))
      .meta({ description: 'Field or fields by column' }),
    values: z
      .record(column, z.record(z.string(), z.union([z.string(), z.null()])))
      .optional()
      .meta({ description: 'By column: what stands in the file → what is meant; null empties the cell' }),
    references: z.record(column, referenceOptions).optional(),
    unknownOptions: z
      .enum(['create', 'error'])
      .default('error')
      .meta({ description: 'What becomes of a value that is no option of a select field' }),
    ...readingOptions,
  })
  .meta({ id: 'ImportOptions' });

/** What `POST /imports` takes: the options, and whether only to try them. */
export const importRequestSchema = importOptionsSchema
  .extend({
    dryRun: z
      .boolean()
      .optional()
      .meta({ description: 'Only tell what the import would do: everything is rolled back' }),
  })
  .meta({ id: 'ImportRequest' });

/** Checked options of an import. */
export type ImportOptions = z.output<typeof importOptionsSchema>;
/** Checked options of an inspection. */
export type InspectOptions = z.output<typeof inspectOptionsSchema>;
