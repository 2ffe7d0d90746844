import { Controller, Inject, StreamableFile } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import {
  answerStream,
  Endpoint,
  Exchange,
  type HttpExchange,
  idParams,
  Input,
  listAnswer,
  type ParsedInput,
  requestHash,
} from '@pellucid/platform/http';

import { z } from 'zod';
import { previewRequestSchema, importRequestSchema, inspectOptionsSchema } from '../import-options.schema.js';
import { ImportFiles } from '../import-files.js';
import { FailedRowsService } from '../failed-rows.service.js';
import { ImportInspectionService } from '../import-inspection.service.js';
import { ImportStartService } from '../import-start.service.js';
import { ImportOutcomesService } from '../import-outcomes.service.js';
import { ImportsService } from '../imports.service.js';
import type { ReceivedUpload } from './import-upload.js';
import { answer } from './import-answer.js';
import { withUpload } from './import-upload.js';
import {
  blankFileQuery,
  failedRowsQuery,
  failedRowsSchema,
  importListQuery,
  importListSchema,
  importParts,
  importSchema,
  inspectionSchema,
  inspectParts,
  previewParts,
  importRowsQuery,
  importRowsSchema,
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

/** Returns the key of a repeatable request. A multipart body itself differs between attempts, because of its boundary. */
function uploadKey(exchange: HttpExchange, upload: ReceivedUpload<unknown>['upload'], options: object) {
  const { idempotency, request } = exchange;
  const { method, url } = request;
  const content = 'fileId' in upload ? upload.fileId : upload.sha256;
  return idempotency && { ...idempotency, hash: requestHash(method, url, options, content) };
}

/** Endpoints for importing records from CSV and XLSX files. */
@Controller()
export class ImportsController {
  constructor(
    @Inject(ImportsService) private readonly imports: ImportsService,
    @Inject(ImportInspectionService) private readonly inspections: ImportInspectionService,
    @Inject(ImportStartService) private readonly starts: ImportStartService,
    @Inject(FailedRowsService) private readonly failed: FailedRowsService,
    @Inject(ImportOutcomesService) private readonly outcomes: ImportOutcomesService,
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
  inspect(@Exchange() exchange: HttpExchange) {
    return withUpload(exchange.request, this.files, inspectOptionsSchema, async ({ upload, options }) => {
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
    method: 'get',
    path: '/imports/template',
    summary: 'Download an empty file to fill in',
    description:
      "A CSV file with a column for each field that the caller can fill and a row with examples, in the notation of the company's locale. Its columns are mapped by their names.",
    tag,
    operationId: 'getImportFileTemplate',
    access,
    query: blankFileQuery,
    responses: { 200: 'text/csv' },
    sample: () => ({ query: { object: 'account' } }),
  })
  async blankFile(@Input() { query }: ParsedInput) {
    const { plural, content } = await this.inspections.blankFile(query.object);
    return new StreamableFile(Buffer.from(content), {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="${plural}.csv"`,
    });
  }

  @Endpoint({
    method: 'post',
    path: '/imports',
    summary: 'Import records from a file',
    description:
      'Needs the right to create and update records of the object, as the mode says. Parts come in any order. The import runs as a job; look at it under its id. With `previewId` it does what that preview showed, or is refused.',
    tag,
    operationId: 'createImport',
    access,
    status: 202,
    multipart: { schema: importParts },
    responses: { 202: z.object({ id: z.uuid() }).meta({ id: 'ImportStarted' }) },
  })
  start(@Exchange() exchange: HttpExchange) {
    return withUpload(exchange.request, this.files, importRequestSchema, ({ upload, options }) =>
      this.starts.start(upload, options, uploadKey(exchange, upload, options)),
    );
  }

  @Endpoint({
    method: 'post',
    path: '/imports/preview',
    summary: 'Preview an import',
    description:
      'Takes what an import takes, and writes nothing. It runs as a job under the returned id: `/imports/{id}` has the counts, `/imports/{id}/rows` what each row would change, and `previewId` of an import holds it to that. Your next preview replaces it.',
    tag,
    operationId: 'previewImport',
    access,
    status: 202,
    multipart: { schema: previewParts },
    responses: { 202: z.object({ id: z.uuid() }).meta({ id: 'ImportStarted' }) },
  })
  preview(@Exchange() exchange: HttpExchange) {
    return withUpload(exchange.request, this.files, previewRequestSchema, ({ upload, options }) =>
      this.starts.preview(upload, options, uploadKey(exchange, upload, options)),
    );
  }

  @Endpoint({
    ...one,
    method: 'get',
    path: '/imports/{id}/rows',
    summary: 'What each row did, or would do',
    description:
      'For the person who started it. A preview has all rows, with what they would change as it was shown to them then; once their rights are narrower, they have to preview the file again. An import has its rows except unchanged ones, without changes: these are in the histories of the records.',
    operationId: 'listImportRows',
    query: importRowsQuery,
    responses: { 200: importRowsSchema },
  })
  async listRows(@Input() { params, query }: ParsedInput) {
    const { rows, nextCursor } = await this.outcomes.page(params.id, query.limit, query.status, query.cursor);
    return listAnswer(rows, nextCursor);
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
    return listAnswer(
      runs.map((run) => answer(run)),
      nextCursor,
    );
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
    return { columns, reasons, ...listAnswer(rows, nextCursor) };
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
