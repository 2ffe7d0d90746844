import { makerSchema } from '@pellucid/platform/records';
import { listSchema, pageQuery } from '@pellucid/platform/http';
import { BULK_STATUSES } from '@pellucid/platform/jobs';
import { z } from 'zod';
import { EXPORT_FORMATS } from '../export-options.schema.js';

/** The answer to `POST /exports`. */
export const startedSchema = z
  .object({ id: z.uuid(), status: z.string(), total: z.int() })
  .meta({ id: 'ExportStarted' });

/** An export as the API shows it. */
export const exportSchema = z
  .object({
    id: z.uuid(),
    object: z.string(),
    format: z.enum(EXPORT_FORMATS),
    status: z.enum(BULK_STATUSES),
    total: z.int().meta({ description: 'Records that were found when the export was asked for.' }),
    records: z.int().meta({ description: 'Records written so far.' }),
    leftOut: z.int().meta({
      description: 'Records that were deleted or moved out of reach before they were written.',
    }),
    rows: z.int().meta({
      description: 'Rows in the file, without the header. Lines of records have rows of their own in tables.',
    }),
    bytes: z.int(),
    fields: z.array(z.string()),
    error: z.string().optional(),
    createdAt: z.iso.datetime(),
    createdBy: makerSchema.nullable(),
    finishedAt: z.iso.datetime().nullable(),
    expiresAt: z.iso
      .datetime()
      .nullable()
      .meta({ description: 'Until when the file is kept; null if there is none.' }),
    downloadUrl: z.string().nullable().meta({
      description:
        'Path of the file, for the person who started the export. It needs no token and works for an hour, while their log-in and rights last.',
    }),
  })
  .meta({ id: 'Export' });

/** A page of exports. */
export const exportListSchema = listSchema(exportSchema, 'ExportList');

/** Which exports to list. */
export const exportListQuery = z.strictObject({
  ...pageQuery().shape,
  everyone: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({ description: 'Also the exports of others. Requires `viewAudit`.' }),
});

/** The signed link. */
export const fileQuery = z.strictObject({
  link: z.string().max(1000).meta({ description: 'As in the export’s `downloadUrl`' }),
});
