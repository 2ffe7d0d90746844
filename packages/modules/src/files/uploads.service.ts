import type { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { currentContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { notFound } from '@pellucid/platform/errors';
import { JobQueue } from '@pellucid/platform/jobs';
import { type IdempotencyRequest, newId, RecordReader, RecordService } from '@pellucid/platform/records';
import { FileTooLargeError } from '@pellucid/platform/storage';
import { FileBytes } from './file-bytes.js';
import { tidyName } from './file-names.js';
import {
  checksumMismatch,
  MAX_FILE_BYTES,
  MOST_UPLOADS,
  offsetMismatch,
  PIECE_BYTES,
  pieceBrokeOff,
  pieceTooLarge,
  pieceTooSmall,
  quotaUsedUp,
  sizeRefused,
  tooManyUploads,
  uploadIncomplete,
} from './files.errors.js';
import { type FileContent, type FilePart, FilesRepository, removeContents } from './files.repository.js';
import { examineFileJob } from './jobs/examine-file.job.js';
import { HEAD_BYTES, mediaTypeOf } from './media-type.js';
import { FileScanner } from './scan/file-scanner.js';
import { assertChangeable, type RecordLink } from './record-links.js';

/** What an upload begins with. */
export interface UploadRequest {
  name: string;
  /** In bytes. */
  size: number;
  about?: RecordLink[] | undefined;
  /** Further fields that the file will have. */
  values?: Record<string, unknown> | undefined;
}

/**
 * Uploads that can be resumed: pieces arrive one after the other, and each is stored sealed or not at all. The last step
 * makes a record of them. Only whoever began an upload can go on with it.
 */
@Injectable()
export class UploadsService {
  constructor(
    @Inject(FilesRepository) private readonly repository: FilesRepository,
    @Inject(FileBytes) private readonly bytes: FileBytes,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(FileScanner) private readonly scanner: FileScanner,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * Begins an upload. Its whole size counts against the company's room from now on.
   * @returns its id
   * @throws ProblemError 422 for a size that files can't have, 404 and 403 for a record that the caller does not see or may not
   *   change, 409 when there is no room or too many uploads are open
   */
  async start(request: UploadRequest, idempotency?: IdempotencyRequest): Promise<{ id: string }> {
    const { size, about = [], values = {} } = request;
    if (size < 1 || size > MAX_FILE_BYTES) throw sizeRefused(size);
    await assertChangeable(this.reader, about);
    const { settings } = await this.directory.current();
    const quota = (settings.quotas['fileMegabytes'] ?? this.config.PELLUCID_FILES_QUOTA_GB * 1_000) * 1e6;
    const id = newId();
    const { body } = await this.records.unit(idempotency, async (uow) => {
      const { bytes: used, open } = await this.repository.usage(uow, uploader());
      if (used + size > quota) throw quotaUsedUp(used, quota);
      if (open >= MOST_UPLOADS) throw tooManyUploads();
      const name = tidyName(request.name);
      await this.repository.add(uow, { id, name, size, values: { ...values, about } }, uploader());
      return { status: 201, body: { id } };
    });
    return body;
  }

  /** Returns the caller's upload. @throws ProblemError 404 */
  async get(id: string): Promise<FileContent> {
    const found = await this.repository.upload(id, uploader());
    if (!found) throw notFound('The upload');
    return found;
  }

  /**
   * Adds the next piece. If it breaks off, or another request was faster, nothing of it stays.
   * @param offset where it begins
   * @param sha256 of the piece in base64; unchecked if left out
   * @returns where the next piece begins
   * @throws ProblemError 404, 409 for another offset than the next, 413, 422 for a piece that is too small or was altered
   */
  async append(id: string, offset: number, content: Readable, sha256?: string): Promise<number> {
    const upload = await this.get(id);
    if (upload.fileId !== null || upload.received !== offset) throw offsetMismatch(upload.received);
    const partId = newId();
    await this.units.run((uow) => this.repository.announce(uow, id, partId));
    const part = await this.receive(partId, content, Math.min(upload.size - offset, PIECE_BYTES.most));
    try {
      const isLast = offset + part.size === upload.size;
      if (part.size < PIECE_BYTES.least && !isLast) throw pieceTooSmall();
      if (sha256 !== undefined && Buffer.from(part.sha256, 'base64url').toString('base64') !== sha256)
        throw checksumMismatch();
      return await this.units.run(async (uow) => {
        const now = await this.repository.locked(uow, id);
        if (!now) throw notFound('The upload');
        if (now.fileId !== null || now.received !== offset) throw offsetMismatch(now.received);
        await this.repository.append(uow, now, part);
        return offset + part.size;
      });
    } catch (error) {
      await this.bytes.discard(partId);
      throw error;
    }
  }

  /**
   * Makes a file of a complete upload, under the caller's rights. Repeating it returns the same file.
   * @param sha256 of the whole content in hexadecimal; unchecked if left out
   * @returns the file's id
   * @throws ProblemError 404, 409 when bytes are missing, 422 for another checksum, and what creating a record throws
   */
  async complete(id: string, sha256?: string): Promise<string> {
    const upload = await this.get(id);
    if (upload.fileId !== null) return upload.fileId;
    if (upload.received < upload.size) throw uploadIncomplete(upload.received, upload.size);
    const parts = await this.repository.parts(id);
    const [head, found] = [await this.bytes.head(parts, HEAD_BYTES), await this.bytes.sha256(parts)];
    if (sha256 !== undefined && sha256.toLowerCase() !== found) throw checksumMismatch();
    const mediaType = await mediaTypeOf(head);
    const scan = this.scanner.initialStatus;
    const { body } = await this.records.unit(undefined, async (uow) => {
      const now = await this.repository.locked(uow, id);
      if (!now) throw notFound('The upload');
      if (now.fileId !== null) return { status: 200, body: now.fileId };
      const values = { ...now.values, name: now.name };
      const derived = { by: 'files', values: { mediaType, size: now.size, scan, sha256: found } };
      const written = this.records.writer.write('file', 'create', [{ values, derived }], {
        uow,
        offeredByModule: true,
      });
      const { outcome } = await this.records.one(written, 'file');
      await this.repository.complete(uow, id, outcome.id!, mediaType);
      // It says what the product found out, whoever uploaded the file.
      await this.jobs.enqueue(
        uow,
        examineFileJob,
        { fileId: outcome.id! },
        { actor: { kind: 'system', id: null }, memberId: null },
      );
      return { status: 201, body: outcome.id! };
    });
    return body;
  }

  /** Gives an upload up. What has arrived is removed. @throws ProblemError 404, also for one that is complete */
  async cancel(id: string): Promise<void> {
    const upload = await this.get(id);
    if (upload.fileId !== null) throw notFound('The upload');
    await this.units.run((uow) =>
      uow.run(removeContents('tenant_id = $1 and id = $2 and file_id is null', [uow.tenantId, id])),
    );
  }

  private async receive(partId: string, content: Readable, limit: number): Promise<FilePart> {
    return this.bytes.write(partId, content, limit).catch((error) => {
      if (error instanceof FileTooLargeError) throw pieceTooLarge(limit);
      // The caller is gone; nobody reads the answer.
      throw content.readableAborted || content.errored ? pieceBrokeOff() : error;
    });
  }
}

/** Returns the acting member or API key. */
function uploader(): string | null {
  const { memberId, actor } = currentContext();
  return memberId ?? actor.id;
}
