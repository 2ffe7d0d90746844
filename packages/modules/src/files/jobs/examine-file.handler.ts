import { Readable } from 'node:stream';
import { Inject } from '@nestjs/common';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import {
  JobHandler,
  type JobHandling,
  type JobPayload,
  type JobRun,
  PermanentError,
  TransientError,
} from '@pellucid/platform/jobs';
import { newId, RecordService } from '@pellucid/platform/records';
import { FileBytes } from '../file-bytes.js';
import { type FilePart, FilesRepository, type StoredContent } from '../files.repository.js';
import { ScannerUnavailableError, ScanRefusedError } from '../scan/clamd.js';
import { FileScanner } from '../scan/file-scanner.js';
import { isPicture, thumbnailOf } from '../thumbnails.js';
import { examineFileJob } from './examine-file.job.js';

/** Scans files, and draws the thumbnails of those that may be shown. Repeating it does nothing twice. */
@JobHandler(examineFileJob)
export class ExamineFileHandler implements JobHandling<typeof examineFileJob> {
  constructor(
    @Inject(FilesRepository) private readonly repository: FilesRepository,
    @Inject(FileBytes) private readonly bytes: FileBytes,
    @Inject(FileScanner) private readonly scanner: FileScanner,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  async handle({ fileId }: JobPayload<typeof examineFileJob>, run: JobRun): Promise<void> {
    const content = await this.repository.contentOf(fileId);
    if (!content || content.isGone) return;
    const parts = await this.repository.parts(content.id);
    const scan = content.scan === 'pending' ? await this.scan(fileId, parts) : content.scan;
    if (scan !== 'infected' && content.thumbnailId === null && isPicture(content.mediaType, content.size))
      await this.draw(content, parts, run);
  }

  private async scan(fileId: string, parts: FilePart[]): Promise<StoredContent['scan']> {
    const scan = await this.scanner.scan(this.bytes.readAll(parts)).catch((error) => {
      if (error instanceof ScannerUnavailableError) throw new TransientError(error.message);
      if (error instanceof ScanRefusedError) throw new PermanentError(error.message);
      throw error;
    });
    await this.units.run(async (uow) => {
      await this.records.update('file', [{ id: fileId, changes: { scan } }], {
        uow,
        asks: 'product',
        opensReadOnly: true,
        atomic: true,
        deletedToo: true,
        verb: 'scanned',
      });
    });
    return scan;
  }

  private async draw(content: StoredContent, parts: FilePart[], run: JobRun): Promise<void> {
    const picture = await thumbnailOf(this.bytes.readAll(parts));
    if (!picture) return;
    const partId = newId();
    await this.units.run((uow) => this.repository.announce(uow, content.id, partId));
    const part = await this.bytes.write(
      partId,
      Readable.from([picture], { objectMode: false }),
      picture.length,
    );
    await this.units.run(async (uow) => {
      await run.guard(uow);
      await this.repository.setThumbnail(uow, content.id, part);
    });
  }
}
