import { makerSchema } from '@pellucid/platform/records';
import { listSchema, pageQuery, pageSchema } from '@pellucid/platform/http';
import { FIELD_TYPE_NAMES } from '@pellucid/conditions';
import { z } from 'zod';
import {
  importOptionsSchema,
  previewRequestSchema,
  importRequestSchema,
  inspectOptionsSchema,
} from '../import-options.schema.js';

const file = z
  .string()
  .optional()
  .meta({ format: 'binary', description: 'CSV, XLSX or JSON lines, up to 200 MB' });
const fileId = z.uuid().optional().meta({ description: 'ID returned by an inspection, instead of the file' });

/** Parts of an inspection. */
export const inspectParts = z.object({ file, fileId, options: inspectOptionsSchema.optional() });
/** Parts of a preview. */
export const previewParts = z.object({ file, fileId, options: previewRequestSchema });
/** Parts of an import. */
export const importParts = z.object({ file, fileId, options: importRequestSchema });

const readSamples = z
  .array(z.object({ text: z.string(), value: z.string().nullable(), currency: z.string().optional() }))
  .meta({ description: 'Values as the file has them and as they are understood; null where they are not' });
const columnReading = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('number'),
      decimalMark: z.enum(['.', ',']).nullable(),
      isUnclear: z.boolean().meta({ description: 'Whether `decimalMark` must be chosen for some values' }),
      samples: readSamples,
    }),
    z.object({
      kind: z.literal('date'),
      dateOrder: z.enum(['YMD', 'DMY', 'MDY']),
      isUnclear: z.boolean().meta({ description: 'Whether values can be read in two orders' }),
      samples: readSamples,
    }),
  ])
  .meta({ id: 'ColumnReading' });

const suggestedField = z
  .object({
    name: z.string(),
    label: z.string(),
    type: z.enum(FIELD_TYPE_NAMES),
    scale: z.int().optional(),
    options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
  })
  .meta({ id: 'SuggestedCustomField' });

/** The content of a file. */
export const inspectionSchema = z
  .object({
    fileId: z.uuid(),
    name: z.string(),
    size: z.int(),
    format: z.enum(['csv', 'xlsx', 'jsonl']),
    encoding: z.string().nullable(),
    delimiter: z.string().nullable(),
    sheet: z.string().nullable(),
    sheets: z.array(z.string()),
    dateOrder: z.enum(['YMD', 'DMY', 'MDY']).nullable(),
    columns: z.array(
      z.object({
        name: z.string(),
        samples: z.array(z.string()),
        filled: z.int(),
        suggestedField: z.string().optional(),
        suggestedCustomField: suggestedField.optional().meta({
          description: 'What `POST /custom-fields` can make of the column; for those who manage fields',
        }),
        distinctValues: z.array(z.string()).optional(),
        areIds: z.literal(true).optional().meta({
          description: 'Whether all values are IDs of records: references are found by `id` then',
        }),
        reading: columnReading.optional(),
      }),
    ),
    rows: z
      .array(z.array(z.string()))
      .meta({ description: 'The first rows, cells in the order of the columns' }),
    totalEstimate: z.int(),
    totalIsExact: z.boolean(),
    suggestions: z.array(
      z.object({ object: z.string(), score: z.number(), mapping: z.record(z.string(), z.string()) }),
    ),
    problems: z.array(z.object({ code: z.string(), message: z.string() })),
    previous: importOptionsSchema
      .nullable()
      .meta({ description: 'Your last choices for a file with these columns' }),
    corrects: z
      .object({ id: z.uuid(), fileName: z.string() })
      .nullable()
      .meta({ description: 'Your import whose failed rows these are, as `errors.csv` has them' }),
  })
  .meta({ id: 'FileInspection' });

/** An import in responses. */
export const importSchema = z
  .object({
    id: z.uuid(),
    object: z.string(),
    mode: z.enum(['create', 'update', 'upsert']),
    status: z.enum(['queued', 'running', 'completed', 'failed', 'cancelled', 'rolling_back', 'rolled_back']),
    preview: z.boolean().meta({ description: 'Whether it is a preview, which writes nothing' }),
    silent: z.boolean().meta({ description: 'Whether it starts no workflows and notifies nobody' }),
    fileName: z.string(),
    fileId: z.uuid().optional().meta({
      description: 'File for another try within a week; only for the person who started the import',
    }),
    options: importOptionsSchema
      .optional()
      .meta({ description: 'Only for the person who started the import' }),
    previewId: z
      .uuid()
      .optional()
      .meta({ description: 'The preview that it must not differ from; only for the person who started it' }),
    counts: z.object({
      total: z.int().meta({ description: 'Rows of the file; 0 until they are counted' }),
      created: z.int(),
      updated: z.int(),
      unchanged: z.int(),
      lines: z.int().meta({ description: 'Further rows with lines of a record that an earlier row begins' }),
      failed: z.int(),
      duplicates: z.int().meta({ description: 'Failed rows that may be duplicates' }),
      related: z
        .int()
        .meta({ description: "Related records created because a row named one that didn't exist" }),
    }),
    progress: z.number().min(0).max(1),
    createdAt: z.iso.datetime(),
    createdBy: makerSchema.nullable(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    error: z.string().optional(),
    rollback: z
      .object({ id: z.uuid(), counts: z.record(z.string(), z.int()) })
      .optional()
      .meta({
        description: 'Its last rollback: the bulk job (`/bulk-jobs/{id}`), and what it did so far',
      }),
  })
  .meta({ id: 'Import' });

/** A page of imports. */
export const importListSchema = listSchema(importSchema, 'ImportList');

/** Query parameters of the list. */
export const importListQuery = pageQuery();

/** Query parameters of an empty file. */
export const blankFileQuery = z.strictObject({
  object: z.string().min(1).max(100).meta({ description: 'Key of the object, e.g. `account`.' }),
});

/** Query parameters of the failed rows. */
export const failedRowsQuery = z.strictObject({
  kind: z.string().max(40).optional().meta({ description: 'Only rows that failed for this reason' }),
  ...pageQuery().shape,
});

/** Why a row failed. */
const reasons = z.array(
  z
    .object({
      code: z.string(),
      params: z
        .record(z.string(), z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]))
        .meta({
          description: 'What the message is made of: texts of the file, and keys of objects and fields',
        }),
      message: z.string().meta({ description: "In the reader's language" }),
    })
    .meta({ id: 'ImportRowReason' }),
);

/** Failed rows and why they failed. */
export const failedRowsSchema = z
  .object({
    columns: z.array(z.string()),
    reasons: z
      .array(z.object({ kind: z.string(), count: z.int(), reasons }))
      .meta({ description: 'Most frequent first, at most 50, each as its first row has it' }),
    data: z.array(
      z.object({
        row: z.int().meta({ description: 'Counted like in a spreadsheet: the header is 1' }),
        cells: z.array(z.string()),
        reasons,
        kind: z.string().nullable(),
      }),
    ),
    page: pageSchema,
  })
  .meta({ id: 'FailedImportRows' });

const outcome = z.enum(['created', 'updated', 'unchanged', 'failed']);

/** Query parameters of the rows. */
export const importRowsQuery = z.strictObject({
  status: outcome.optional().meta({ description: 'Only rows with this outcome' }),
  ...pageQuery().shape,
});

/** The rows of an import or preview. */
export const importRowsSchema = z
  .object({
    data: z.array(
      z.object({
        row: z.int().meta({ description: 'Counted like in a spreadsheet: the header is 1' }),
        status: outcome,
        record: z
          .object({ id: z.uuid(), name: z.string() })
          .nullable()
          .meta({ description: 'The record that the row is about, if there is one that you see' }),
        changes: z
          .array(z.object({ field: z.string(), before: z.unknown(), after: z.unknown() }))
          .meta({ description: 'By key of the field or lines, with values as you are shown them' }),
        reasons: reasons.meta({ description: 'Why the row failed, or would fail' }),
      }),
    ),
    page: pageSchema,
  })
  .meta({ id: 'ImportRows' });

/** Rows to import again. */
export const retryBody = z
  .strictObject({
    rows: z
      .array(
        z.strictObject({ row: z.int().min(2), cells: z.array(z.string().max(1_000_000)).min(1).max(2000) }),
      )
      .min(1)
      .max(200)
      .refine((rows) => new Set(rows.map((r) => r.row)).size === rows.length, 'must list each row once'),
  })
  .meta({ id: 'RetryImportRows' });

/** The results of these rows. */
export const retrySchema = z
  .object({
    rows: z.array(
      z.object({
        row: z.int(),
        status: z.enum(['created', 'updated', 'unchanged', 'failed']),
        reasons,
      }),
    ),
    import: importSchema,
  })
  .meta({ id: 'RetriedImportRows' });
