import { Controller, Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { requireTenant } from '@pellucid/platform/context';
import {
  Endpoint,
  Exchange,
  fileAnswer,
  type HttpExchange,
  idParams,
  Input,
  type ParsedInput,
  type SampleWorld,
} from '@pellucid/platform/http';
import { CursorSealer } from '@pellucid/platform/records';
import { exportRequestSchema } from '../export-options.schema.js';
import { KEPT_DAYS } from '../exports.errors.js';
import { type ExportState, ExportsService } from '../exports.service.js';
import { ExportDownloads } from './export-downloads.js';
import {
  exportListQuery,
  exportListSchema,
  exportSchema,
  fileQuery,
  startedSchema,
} from './exports.schemas.js';

const tag = 'Exports';
const DAY_MS = 86_400_000;

const one = {
  tag,
  access: 'authenticated',
  params: idParams,
  sample: (world: SampleWorld) => ({ params: { id: world['export']! } }),
} as const;

/** Endpoints of exports. Pausing, resuming and stopping are those of bulk jobs. */
@Controller()
export class ExportsController {
  private readonly cursors: CursorSealer;

  constructor(
    @Inject(ExportsService) private readonly exports: ExportsService,
    @Inject(ExportDownloads) private readonly downloads: ExportDownloads,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(CONFIG) config: Config,
  ) {
    this.cursors = new CursorSealer(config.PELLUCID_CURSOR_KEY);
  }

  @Endpoint({
    method: 'post',
    path: '/exports',
    summary: 'Export records to a file',
    description:
      'Exports the records that a list with the same filter, search and sort finds now. A job writes the file under the rights that the caller has at each batch. Pause, resume or stop it at `/bulk-jobs/{id}`.',
    tag,
    operationId: 'createExport',
    access: 'authenticated',
    body: exportRequestSchema,
    status: 202,
    responses: { 202: startedSchema },
    sample: () => ({ body: { object: 'account', format: 'csv' } }),
  })
  create(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return this.exports.start(body, exchange.idempotency);
  }

  @Endpoint({
    method: 'get',
    path: '/exports',
    summary: 'List exports, newest first',
    tag,
    operationId: 'listExports',
    access: 'authenticated',
    query: exportListQuery,
    responses: { 200: exportListSchema },
    sample: () => ({}),
  })
  async list(@Input() { query: { limit, cursor, everyone } }: ParsedInput) {
    const binding = JSON.stringify([requireTenant(), 'exports', everyone]);
    const before = cursor ? this.cursors.open(cursor, binding).id : undefined;
    const found = await this.exports.page(everyone, limit + 1, before);
    const data = found.slice(0, limit);
    const hasMore = found.length > limit;
    const nextCursor = hasMore ? this.cursors.seal({ values: [], id: data.at(-1)!.run.id }, binding) : null;
    return { data: data.map((state) => this.answer(state)), page: { nextCursor, hasMore } };
  }

  @Endpoint({
    ...one,
    method: 'get',
    path: '/exports/{id}',
    summary: 'Get an export and its progress',
    operationId: 'getExport',
    responses: { 200: exportSchema },
  })
  async get(@Input() { params }: ParsedInput) {
    return this.answer(await this.exports.get(params.id));
  }

  @Endpoint({
    ...one,
    method: 'delete',
    path: '/exports/{id}',
    summary: 'Delete the file of an export',
    operationId: 'deleteExport',
    status: 204,
    responses: { 204: null },
  })
  async remove(@Input() { params }: ParsedInput) {
    await this.exports.remove(params.id);
  }

  @Endpoint({
    ...one,
    method: 'get',
    path: '/exports/{id}/file',
    summary: 'Download the file of an export',
    description:
      'Opened by the signed path in `downloadUrl`, without a token. `Range` resumes a download that broke off.',
    operationId: 'downloadExport',
    // The link is the permission: a browser opens it without a token.
    access: 'public',
    query: fileQuery,
    responses: { 200: 'application/octet-stream', 206: 'application/octet-stream' },
    sample: (world: SampleWorld) => ({
      params: { id: world['export']! },
      query: { link: world['exportLink'] ?? 'none' },
    }),
  })
  async file(@Input() { params, query }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { file, range } = await this.downloads.open(params.id, query.link, exchange.request.headers);
    return fileAnswer(exchange, file, range, this.directory);
  }

  private answer(state: ExportState) {
    const { run, job } = state;
    const hasFile = job.status === 'completed' && run.writtenAt !== null && run.removedAt === null;
    return {
      id: run.id,
      object: run.object,
      format: run.format,
      status: job.status,
      total: job.total,
      records: job.counts['exported'] ?? 0,
      leftOut: job.counts['leftOut'] ?? 0,
      rows: run.rows,
      bytes: run.bytes,
      fields: run.columns.keys,
      ...(job.error ? { error: job.error } : {}),
      createdAt: run.createdAt,
      createdBy: run.createdBy,
      finishedAt: job.finishedAt,
      expiresAt: hasFile ? new Date(Date.parse(run.writtenAt!) + KEPT_DAYS * DAY_MS).toISOString() : null,
      downloadUrl: hasFile && this.exports.isOwn(run) ? this.downloads.pathOf(run) : null,
    };
  }
}
