import { Controller, Inject } from '@nestjs/common';
import { Endpoint, idParams, Input, type ParsedInput, type SampleWorld } from '@pellucid/platform/http';
import { z } from 'zod';
import { BulkService } from '../bulk.service.js';

const bulkJob = z
  .object({
    id: z.uuid(),
    object: z.string(),
    action: z.enum(['create', 'update', 'delete', 'restore']),
    status: z.enum(['queued', 'running', 'completed', 'failed', 'cancelled']),
    total: z.int(),
    counts: z.record(z.string(), z.int()).meta({ description: 'Rows processed so far, by outcome.' }),
    error: z.string().nullable().meta({ description: 'Why the whole job failed.' }),
    cascades: z.array(z.uuid()).meta({
      description: 'Bulk jobs that change the other records which the rows affected, if they are many.',
    }),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'BulkJobState' });

const failure = z.object({
  index: z.int().meta({ description: 'Position in the request, from 0.' }),
  id: z.uuid().optional(),
  object: z.string().optional().meta({
    description: "The record's object, if it differs from the job's: cascades change linked records.",
  }),
  status: z.literal('failed'),
  errors: z.array(z.object({ pointer: z.string(), code: z.string(), message: z.string() }).loose()),
});

const failureList = z
  .object({
    data: z.array(failure),
    page: z.object({ nextCursor: z.string().nullable(), hasMore: z.boolean() }),
  })
  .meta({ id: 'BulkFailureList' });

const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2000).optional(),
});

const sample = (world: SampleWorld) => ({ params: { id: world['bulkJob']! } });

/** Endpoints of bulk work that runs as a job. */
@Controller()
export class BulkController {
  constructor(@Inject(BulkService) private readonly bulk: BulkService) {}

  @Endpoint({
    method: 'get',
    path: '/bulk-jobs/{id}',
    operationId: 'getBulkJob',
    summary: 'Get the progress of a bulk job',
    tag: 'Bulk jobs',
    access: 'authenticated',
    params: idParams,
    responses: { 200: bulkJob },
    sample,
  })
  get(@Input() { params }: ParsedInput) {
    return this.bulk.get(params.id);
  }

  @Endpoint({
    method: 'get',
    path: '/bulk-jobs/{id}/results',
    operationId: 'listBulkJobFailures',
    summary: 'List the failed rows of a bulk job with reasons',
    tag: 'Bulk jobs',
    access: 'authenticated',
    params: idParams,
    query: pageQuery,
    responses: { 200: failureList },
    sample,
  })
  async results(@Input() { params, query }: ParsedInput) {
    const { data, page } = await this.bulk.failures(params.id, query);
    return {
      data: data.map(({ row, recordId, object, errors }) => ({
        index: row,
        ...(recordId ? { id: recordId } : {}),
        ...(object ? { object } : {}),
        status: 'failed' as const,
        errors,
      })),
      page,
    };
  }

  @Endpoint({
    method: 'post',
    path: '/bulk-jobs/{id}/cancel',
    operationId: 'cancelBulkJob',
    summary: 'Stop a bulk job, keeping what is done',
    tag: 'Bulk jobs',
    access: 'authenticated',
    // A repeated call finds it cancelled and answers 409, so nothing is done twice.
    idempotent: false,
    params: idParams,
    responses: { 200: bulkJob },
    sample,
  })
  cancel(@Input() { params }: ParsedInput) {
    return this.bulk.cancel(params.id);
  }
}
