import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { currentContext } from '@pellucid/platform/context';
import { conflict, notFound, ProblemError } from '@pellucid/platform/errors';
import { RecordService } from '@pellucid/platform/records';
import { importRights } from './engine/import-rights.js';
import type { ImportOptions } from './import-options.schema.js';
import { ImportRowsRepository } from './import-rows.repository.js';
import { ImportFilesRepository } from './import-files.repository.js';
import { ImportsRepository } from './imports.repository.js';
import type { ImportFile } from './imports.types.js';

/** Tells whether what a preview showed still holds. */
@Injectable()
export class PreviewCheck {
  constructor(
    @Inject(ImportsRepository) private readonly repository: ImportsRepository,
    @Inject(ImportRowsRepository) private readonly rows: ImportRowsRepository,
    @Inject(ImportFilesRepository) private readonly files: ImportFilesRepository,
    @Inject(RecordService) private readonly records: RecordService,
  ) {}

  /**
   * Asserts that an import would do what the preview showed, as far as that is known before it starts.
   * @throws ProblemError 404 for a preview of somebody else, 409 `previewNotReady`, and 409 `previewOutdated`, which says whether
   *   the file, the options or the data changed
   */
  async assertCurrent(previewId: string, file: ImportFile, options: ImportOptions): Promise<void> {
    const preview = await this.repository.get(previewId);
    if (!preview.isPreview || preview.createdBy?.id !== currentContext().actor.id)
      throw notFound('The preview');
    if (preview.status !== 'completed' || !(await this.repository.rowTexts(previewId)))
      throw conflict(
        'previewNotReady',
        preview.status === 'queued' || preview.status === 'running'
          ? 'The preview is still being made. Wait until it is done, then start the import.'
          : "The preview wasn't completed or has expired. Preview the file again.",
      );
    const previewed = await this.files.evenRemoved(preview.fileId);
    if (previewed.sha256 !== file.sha256)
      throw outdated('file', 'The file differs from the one that was previewed.');
    if (!isDeepStrictEqual(plain(options), plain(preview.options)))
      throw outdated('options', 'The options differ from those that were previewed.');
    const changed = await this.changedRecords(previewId, preview.object);
    if (changed > 0)
      throw outdated(
        'data',
        `${changed === 1 ? 'A record' : `${changed} records`} that the import would change ${changed === 1 ? 'was' : 'were'} changed since the preview.`,
      );
  }

  /** Returns how many of the matched records the caller no longer finds in the version that the preview found. */
  private async changedRecords(previewId: string, object: string): Promise<number> {
    const { reader } = this.records;
    const context = await reader.contextFor(object);
    const { readable } = importRights(reader, context);
    return this.rows.changedSince(previewId, context.descriptor.source, (parts) =>
      readable(object, 't', parts),
    );
  }
}

const plain = (options: ImportOptions): unknown => JSON.parse(JSON.stringify(options));

const outdated = (changed: 'file' | 'options' | 'data', detail: string) =>
  new ProblemError(409, 'previewOutdated', 'The preview is outdated', `${detail} Preview it again.`, {
    changed,
  });
