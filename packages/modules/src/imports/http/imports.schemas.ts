import { z } from 'zod';
import { importOptionsSchema, inspectOptionsSchema } from '../import-options.schema.js';

const file = z.string().optional().meta({ format: 'binary', description: 'CSV or XLSX, up to 100 MB' });
const fileId = z.uuid().optional().meta({ description: 'Instead of the file: the id an inspection gave' });

/** Parts of an inspection. */
export const inspectParts = z.object({ file, fileId, options: inspectOptionsSchema.optional() });
/** Parts of an import. */
export const importParts = z.object({ file, fileId, options: importOptionsSchema });

/** What a file holds. */
export const inspectionSchema = z
  .object({
    fileId: z.uuid(),
    name: z.string(),
    size: z.int(),
    format: z.enum(['csv', 'xlsx']),
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
        distinctValues: z.array(z.string()).optional(),
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
  })
  .meta({ id: 'FileInspection' });

/** An import as answered. */
export const importSchema = z
  .object({
    id: z.uuid(),
    object: z.string(),
    mode: z.enum(['create', 'update', 'upsert']),
    status: z.enum(['queued', 'running', 'completed', 'failed', 'cancelled']),
    fileName: z.string(),
    counts: z.object({
      total: z.int().meta({ description: 'Rows of the file; 0 until they are counted' }),
      created: z.int(),
      updated: z.int(),
      unchanged: z.int(),
      failed: z.int(),
      related: z.int().meta({ description: 'Records made because a row named one that did not exist' }),
    }),
    progress: z.number().min(0).max(1),
    createdAt: z.iso.datetime(),
    createdBy: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
    error: z.string().optional(),
  })
  .meta({ id: 'Import' });

/** A page of imports. */
export const importListSchema = z
  .object({
    data: z.array(importSchema),
    page: z.object({ nextCursor: z.string().nullable(), hasMore: z.boolean() }),
  })
  .meta({ id: 'ImportList' });

/** Query of the list. */
export const importListQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2000).optional(),
});
