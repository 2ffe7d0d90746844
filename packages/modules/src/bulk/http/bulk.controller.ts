import { Controller, Inject, StreamableFile } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import {
  answerStream,
  Endpoint,
  idParams,
  Input,
  pageQuery,
  type ParsedInput,
  type SampleWorld,
} from '@pellucid/platform/http';
import { BulkJobs } from '@pellucid/platform/jobs';
import { BulkPages } from '../bulk-pages.service.js';
import { bulkJob, bulkJobList, failureList, listQuery } from './bulk.schemas.js';

const common = { tag: 'Bulk jobs', access: 'authenticated' } as const;
const one = {
  ...common,
  params: idParams,
  sample: (world: SampleWorld) => ({ params: { id: world['bulkJob']! } }),
} as const;
// A repeated call finds the status that the first one set and answers 409, so nothing is done twice.
const control = { ...one, method: 'post', idempotent: false, responses: { 200: bulkJob } } as const;

/** Endpoints of bulk jobs. */
@Controller()
export class BulkController {
  constructor(
    @Inject(BulkJobs) private readonly jobs: BulkJobs,
    @Inject(BulkPages) private readonly pages: BulkPages,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
  ) {}

  @Endpoint({
    ...common,
    method: 'get',
    path: '/bulk-jobs',
    operationId: 'listBulkJobs',
    summary: 'List bulk jobs, latest first',
    description: 'Lists the jobs that the caller started; with `everyone` those of everybody.',
    query: listQuery,
    responses: { 200: bulkJobList },
    sample: () => ({}),
  })
  list(@Input() { query }: ParsedInput) {
    return this.pages.list(query);
  }

  @Endpoint({
    ...one,
    method: 'get',
    path: '/bulk-jobs/{id}',
    operationId: 'getBulkJob',
    summary: 'Get the progress of a bulk job',
    responses: { 200: bulkJob },
  })
  get(@Input() { params }: ParsedInput) {
    return this.jobs.get(params.id);
  }

  @Endpoint({
    ...one,
    method: 'get',
    path: '/bulk-jobs/{id}/results',
    operationId: 'listBulkJobFailures',
    summary: 'List the failed rows of a bulk job with reasons',
    query: pageQuery(),
    responses: { 200: failureList },
  })
  async results(@Input() { params, query }: ParsedInput) {
    const { data, page } = await this.pages.failures(params.id, query);
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
    ...one,
    method: 'get',
    path: '/bulk-jobs/{id}/results.csv',
    operationId: 'downloadBulkJobFailures',
    summary: 'Download the failed rows of a bulk job with reasons',
    description: 'One line per problem: row (from 1), object, id, field, code, and reason. UTF-8.',
    responses: { 200: 'text/csv' },
  })
  async file(@Input() { params }: ParsedInput) {
    return new StreamableFile(answerStream(await this.pages.failuresFile(params.id), this.access, null), {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="bulk-job-${params.id}-failures.csv"`,
    });
  }

  @Endpoint({
    ...control,
    path: '/bulk-jobs/{id}/pause',
    operationId: 'pauseBulkJob',
    summary: 'Pause a bulk job after its current batch',
  })
  pause(@Input() { params }: ParsedInput) {
    return this.jobs.pause(params.id);
  }

  @Endpoint({
    ...control,
    path: '/bulk-jobs/{id}/resume',
    operationId: 'resumeBulkJob',
    summary: 'Go on with a paused bulk job',
    description: 'It goes on as the person who started it, with the rights that they have then.',
  })
  resume(@Input() { params }: ParsedInput) {
    return this.jobs.resume(params.id);
  }

  @Endpoint({
    ...control,
    path: '/bulk-jobs/{id}/cancel',
    operationId: 'cancelBulkJob',
    summary: 'Stop a bulk job, keeping what is done',
  })
  cancel(@Input() { params }: ParsedInput) {
    return this.jobs.cancel(params.id);
  }
}
