import { Readable } from 'node:stream';
import { Controller, Inject } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { badRequest, ProblemError } from '@pellucid/platform/errors';
import {
  Endpoint,
  Exchange,
  fileAnswer,
  type HttpExchange,
  idParams,
  Input,
  type ParsedInput,
  type SampleWorld,
  UPLOAD_PIECE,
} from '@pellucid/platform/http';
import type { FileContent } from '../files.repository.js';
import { UploadsService } from '../uploads.service.js';
import { FileDownloads } from './file-downloads.js';
import {
  completedSchema,
  completionSchema,
  contentQuery,
  fileLinkSchema,
  uploadRequestSchema,
  uploadSchema,
} from './files.schemas.js';

const tag = 'Files';

const oneUpload = {
  tag,
  access: 'authenticated',
  params: idParams,
  sample: (world: SampleWorld) => ({ params: { id: world['upload']! } }),
} as const;

const oneFile = {
  tag,
  params: idParams,
  sample: (world: SampleWorld) => ({ params: { id: world['file']! } }),
} as const;

/** Uploads of files and their content. What is said of files is served by the record engine. */
@Controller()
export class FilesController {
  constructor(
    @Inject(UploadsService) private readonly uploads: UploadsService,
    @Inject(FileDownloads) private readonly downloads: FileDownloads,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
  ) {}

  @Endpoint({
    method: 'post',
    path: '/file-uploads',
    summary: 'Start an upload',
    description:
      'Then send the content in pieces to `PATCH /file-uploads/{id}` and make a file of it by `POST /file-uploads/{id}/complete`. An upload that broke off goes on from its `offset`. After a day without completion it is removed.',
    tag,
    operationId: 'startUpload',
    access: { object: 'file', action: 'create' },
    body: uploadRequestSchema,
    status: 201,
    responses: { 201: uploadSchema },
    sample: () => ({ body: { name: 'notes.txt', size: 5 } }),
  })
  async start(@Input() { body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { id } = await this.uploads.start(body, exchange.idempotency);
    return exchange.created(this.answer(await this.uploads.get(id), exchange));
  }

  @Endpoint({
    ...oneUpload,
    method: 'get',
    path: '/file-uploads/{id}',
    summary: 'Get an upload and how much has arrived',
    description: 'The header `Upload-Offset` says where the next piece begins, also in the answer to `HEAD`.',
    operationId: 'getUpload',
    responses: { 200: uploadSchema },
  })
  async get(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    return this.answer(await this.uploads.get(params.id), exchange);
  }

  @Endpoint({
    ...oneUpload,
    method: 'patch',
    path: '/file-uploads/{id}',
    summary: 'Send the next piece of an upload',
    description:
      'The header `Upload-Offset` says where the piece begins; any other place than the next gives 409 with the right `offset`. Pieces have 256 KiB to 16 MiB, only the last one may be smaller. `Upload-Checksum: sha256 <base64>` has the piece checked. A piece that breaks off leaves nothing.',
    operationId: 'appendToUpload',
    bytes: UPLOAD_PIECE,
    // The offset says which piece it is: sent twice, it is refused the second time.
    idempotent: false,
    status: 204,
    responses: { 204: null },
  })
  async append(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    // An upload of somebody else is not found, whatever is sent.
    await this.uploads.get(params.id);
    if (!(body instanceof Readable))
      throw new ProblemError(
        415,
        'pieceExpected',
        'Unsupported media type',
        `Send the piece as ${UPLOAD_PIECE}.`,
      );
    const { headers } = exchange.request;
    const offset = await this.uploads.append(params.id, offsetIn(headers), body, checksumIn(headers));
    exchange.header('Upload-Offset', String(offset));
  }

  @Endpoint({
    ...oneUpload,
    method: 'post',
    path: '/file-uploads/{id}/complete',
    summary: 'Make a file of an upload',
    operationId: 'completeUpload',
    body: completionSchema,
    // It is done once, however often it is asked for.
    idempotent: false,
    status: 201,
    responses: { 201: completedSchema },
  })
  async complete(@Input() { params, body }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const id = await this.uploads.complete(params.id, body.sha256);
    return exchange.created({ id }, '/api/v1/files');
  }

  @Endpoint({
    ...oneUpload,
    method: 'delete',
    path: '/file-uploads/{id}',
    summary: 'Cancel an upload',
    operationId: 'cancelUpload',
    status: 204,
    responses: { 204: null },
  })
  async cancel(@Input() { params }: ParsedInput) {
    await this.uploads.cancel(params.id);
  }

  @Endpoint({
    ...oneFile,
    method: 'get',
    path: '/files/{id}/link',
    summary: 'Get a link to the content of a file',
    description:
      'The link works for an hour, while your log-in and your right to read the file last. 409 while the virus scan is pending and for infected files.',
    operationId: 'getFileLink',
    access: { object: 'file', action: 'read' },
    responses: { 200: fileLinkSchema },
  })
  link(@Input() { params }: ParsedInput) {
    return this.downloads.linkTo(params.id);
  }

  @Endpoint({
    ...oneFile,
    method: 'get',
    path: '/files/{id}/content',
    summary: 'Download the content of a file',
    description:
      'Opened by the signed path of `GET /files/{id}/link`, without a token. `Range` resumes a download that broke off. Each download stands in the history of the file.',
    operationId: 'downloadFile',
    // The link is the permission: a browser opens it without a token.
    access: 'public',
    query: contentQuery,
    responses: { 200: 'application/octet-stream', 206: 'application/octet-stream' },
    sample: (world: SampleWorld) => ({
      params: { id: world['file']! },
      query: { link: world['fileLink'] ?? 'none' },
    }),
  })
  async content(@Input() { params, query }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const { headers, method } = exchange.request;
    const { file, range } = await this.downloads.open(params.id, query.link, headers, method === 'HEAD');
    return fileAnswer(exchange, file, range, this.directory);
  }

  @Endpoint({
    ...oneFile,
    method: 'get',
    path: '/files/{id}/thumbnail',
    summary: 'Get the thumbnail of a picture',
    description: 'A WebP of at most 160 pixels a side. 204 for files that have none (yet).',
    operationId: 'getThumbnail',
    access: { object: 'file', action: 'read' },
    responses: { 200: 'image/webp', 204: null },
  })
  async thumbnail(@Input() { params }: ParsedInput, @Exchange() exchange: HttpExchange) {
    const thumbnail = await this.downloads.thumbnail(params.id);
    if (thumbnail) return fileAnswer(exchange, thumbnail, undefined, this.directory);
    exchange.status(204);
  }

  private answer({ id, name, size, received, fileId, createdAt }: FileContent, exchange: HttpExchange) {
    exchange.header('Upload-Offset', String(received));
    exchange.header('Upload-Length', String(size));
    return { id, name, size, offset: received, fileId, createdAt: new Date(createdAt).toISOString() };
  }
}

type Headers = Record<string, string | string[] | undefined>;

/** @throws ProblemError 400 without a valid offset */
function offsetIn(headers: Headers): number {
  const given = headers['upload-offset'];
  if (typeof given !== 'string' || !/^\d{1,15}$/.test(given))
    throw badRequest('invalidOffset', 'Say in the header Upload-Offset where the piece begins, e.g. 0.');
  return Number(given);
}

/** @throws ProblemError 400 for anything but a SHA-256 in base64 */
function checksumIn(headers: Headers): string | undefined {
  const given = headers['upload-checksum'];
  if (given === undefined) return undefined;
  const [, digest] = /^sha256 ([A-Za-z0-9+/]{43}=)$/.exec(String(given)) ?? [];
  if (digest === undefined)
    throw badRequest('invalidChecksum', 'Write the checksum as "Upload-Checksum: sha256 <base64>".');
  return digest;
}
