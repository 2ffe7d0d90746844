import { listSchema, pageQuery } from '@pellucid/platform/http';
import { BULK_STATUSES } from '@pellucid/platform/jobs';
import { z } from 'zod';

const status = z.enum(BULK_STATUSES);

/** A bulk job. */
export const bulkJob = z
  .object({
    id: z.uuid(),
    kind: z.string().meta({
      description:
        'Which part of the product the work belongs to: `bulk` for changes of records, `cascade` for what they change along.',
    }),
    object: z.string().nullable().meta({ description: 'Null for work on records of several objects.' }),
    action: z.string().meta({ description: 'What it does: `update`.' }),
    status,
    total: z.int(),
    counts: z.record(z.string(), z.int()).meta({ description: 'Rows processed so far, by outcome.' }),
    result: z
      .record(z.string(), z.unknown())
      .nullable()
      .meta({ description: 'What the work led to, besides its counts.' }),
    error: z.string().nullable().meta({ description: 'Why the whole job failed.' }),
    startedBy: z.uuid().nullable().meta({ description: 'The member or API key that started it.' }),
    correlationId: z.string().meta({ description: 'Finds its changes in the audit log.' }),
    cascades: z.array(z.uuid()).meta({
      description: 'Bulk jobs that change the other records which the rows affected, if they are many.',
    }),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'BulkJobState' });

/** A page of bulk jobs. */
export const bulkJobList = listSchema(bulkJob, 'BulkJobList');

const failure = z.object({
  index: z.int().meta({ description: 'Position in the request, from 0.' }),
  id: z.uuid().optional(),
  object: z.string().optional().meta({
    description: "The record's object, if it differs from the job's: cascades change linked records.",
  }),
  status: z.literal('failed'),
  errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() }).loose()),
});

/** A page of failed rows. */
export const failureList = listSchema(failure, 'BulkFailureList');

/** Which bulk jobs to list. */
export const listQuery = pageQuery().extend({
  everyone: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .meta({ description: 'Also the jobs of others. Requires `viewAudit`.' }),
  status: status.optional(),
  kind: z.string().max(50).optional(),
});
