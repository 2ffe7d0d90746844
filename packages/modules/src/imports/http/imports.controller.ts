import { Controller, Inject, StreamableFile } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import {
  answerStream,
  type ApiRequest,
  Endpoint,
  idParams,
  Input,
  type ParsedInput,
  RawRequest,
} from '@pellucid/platform/http';
import { idempotencyOf, requestHash } from '@pellucid/platform/records';
import { z } from 'zod';
import { importRequestSchema, inspectOptionsSchema } from '../import-options.schema.js';
import { ImportFiles } from '../import-files.js';
import { FailedRowsService } from '../failed-rows.service.js';
import { ImportInspectionService } from '../import-inspection.service.js';
import { ImportStartService } from '../import-start.service.js';
import { ImportsService } from '../imports.service.js';
import { answer } from './import-answer.js';
import { withUpload } from './import-upload.js';
import {
  failedRowsQuery,
  failedRowsSchema,
  importListQuery,
  importListSchema,
  importParts,
  importSchema,
  inspectionSchema,
  inspectParts,
  retryBody,
  retrySchema,
} from './imports.schemas.js';

const access = { system: 'manageImports' };
const tag = 'Imports';
const one = {
  tag,
  access,
  params: idParams,
  sample: (world: Record<string, string>) => ({ params: { id: world['import']! } }),
};

/** Endpoints for importing records from CSV and XLSX files. */
@Controller()
export class ImportsController {
  constructor(
    @Inject(ImportsService) private readonly imports: ImportsService,
    @Inject(ImportInspectionService) private readonly inspections: ImportInspectionService,
    @Inject(ImportStartService) private readonly starts: ImportStartService,
    @Inject(FailedRowsService) private readonly failed: FailedRowsService,
    @Inject(ImportFiles) private readonly files: ImportFiles,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  @Endpoint({
    method: 'post',
    path: '/imports/inspect',
    summary: 'Inspect a file before importing it',
    description:
      'Detects encoding, delimiter, date order and columns, suggests fields, and keeps the file for a week so that an import can name it by `fileId`. Parts can come in any order.',
    tag,
    operationId: 'inspectImport',
    access,
    idempotent: false, // changes no record; a repeated call stores a second copy that is removed automatically
    multipart: { schema: inspectParts },
    responses: { 200: inspectionSchema },
  })
  inspect(@RawRequest() request: ApiRequest) {
    return withUpload(request, this.files, inspectOptionsSchema, async ({ upload, options }) => {
      const { dialect, ...found } = await this.inspections.inspect(upload, options);
      const csv = dialect.format === 'csv' ? dialect : undefined;
      const xlsx = dialect.format === 'xlsx' ? dialect : undefined;
      return {
        ...found,
        format: dialect.format,
        encoding: 'encoding' in dialect ? dialect.encoding : null,
        delimiter: csv?.delimiter ?? null,
        sheet: xlsx?.sheet ?? null,
        sheets: xlsx?.sheets ?? [],
      };
    });
  }

  @Endpoint({
    method: 'post',
    path: '/imports',
    summary: 'Import records from a file',
    description:
      'Needs the right to create and update records of the object, as the mode says. Parts come in any order. The import runs as a job; look at it under its id. With `dryRun` the same is tried and rolled back: counts and failed rows tell what the import would do.',
    tag,
    operationId: 'createImport',
    access,
    status: 202,
    multipart: { schema: importParts },
    responses: { 202: z.object({ id: z.uuid() }).meta({ id: 'ImportStarted' }) },
  })
  start(@RawRequest() request: ApiRequest) {
    const idempotency = idempotencyOf(request);
    return withUpload(request, this.files, importRequestSchema, ({ upload, options }) => {
      // The multipart body itself differs between attempts, because of its boundary.
      const content = 'fileId' in upload ? upload.fileId : upload.sha256;
      const key = idempotency && {
        ...idempotency,
        hash: requestHash(request.method, request.url, options, content),
      };
      return this.starts.start(upload, options, key);
    });
  }

  @Endpoint({
    method: 'get',
    path: '/imports',
    summary: 'List imports, newest first',
    tag,
    operationId: 'listImports',
    access,
    query: importListQuery,
    responses: { 200: importListSchema },
    sample: () => ({}),
  })
  async list(@Input() { query }: ParsedInput) {
    const { runs, nextCursor } = await this.imports.list(query.limit, query.cursor);
    return { data: runs.map((run) => answer(run)), page: { nextCursor, hasMore: nextCursor !== null } };
  }

  @Endpoint({
    ...one,
    method: 'get',
    path: '/imports/{id}',
    summary: 'Get an import and its progress',
    operationId: 'getImport',
    responses: { 200: importSchema },
  })
  async get(@Input() { params }: ParsedInput) {
    const run = await this.imports.get(params.id);
    return answer(run, this.imports.isOwn(run));
  }

  @Endpoint({
    ...one,
    method: 'get',
    path: '/imports/{id}/errors.csv',
    summary: 'Download the failed rows with reasons',
    description:
      'Contains the original columns and the reason in a last column, in UTF-8, with the delimiter and byte order mark of the imported file. Correct the rows and import the file again. Numbers and dates are written unambiguously.',
    operationId: 'getImportErrors',
    responses: { 200: 'text/csv' },
  })
  async errors(@Input() { params }: ParsedInput) {
    const lines = await this.failed.errors(params.id);
    return new StreamableFile(answerStream(lines, this.directory, access), {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="import-${params.id}-errors.csv"`,
    });
  }

  @Endpoint({
    ...one,
    method: 'get',
    path: '/imports/{id}/failed-rows',
    summary: 'List the failed rows and the reasons',
    operationId: 'listFailedImportRows',
    query: failedRowsQuery,
    responses: { 200: failedRowsSchema },
  })
  async failedRows(@Input() { params, query }: ParsedInput) {
    const { columns, rows, reasons, nextCursor } = await this.failed.page(
      params.id,
      query.limit,
      query.kind,
      query.cursor,
    );
    return { columns, reasons, data: rows, page: { nextCursor, hasMore: nextCursor !== null } };
  }

  @Endpoint({
    ...one,
    method: 'post',
    path: '/imports/{id}/retry',
    summary: 'Import failed rows again, with corrected cells',
    description: 'Only for the person who started the import. Cells are read like those of the file.',
    operationId: 'retryImportRows',
    idempotent: false, // a row that was imported is refused the second time
    body: retryBody,
    responses: { 200: retrySchema },
    sample: (world: Record<string, string>) => ({
      params: { id: world['import']! },
      body: { rows: [{ row: 2, cells: ['Corrected'] }] },
    }),
  })
  async retry(@Input() { params, body }: ParsedInput) {
    const results = await this.failed.retry(params.id, body.rows);
    const run = await this.imports.get(params.id);
    return {
      rows: results,
      import: answer(run, true),
    };
  }

  @Endpoint({
    ...one,
    method: 'post',
    path: '/imports/{id}/cancel',
    summary: 'Stop an import, keeping what is done',
    operationId: 'cancelImport',
    idempotent: false, // a second cancellation changes nothing
    responses: { 200: importSchema },
  })
  async cancel(@Input() { params }: ParsedInput) {
    const run = await this.imports.cancel(params.id);
    return answer(run, this.imports.isOwn(run));
  }
}
