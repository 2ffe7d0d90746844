import { Inject, Injectable } from '@nestjs/common';
import { LinkEntrance } from '@pellucid/modules/identity';
import { AccessDirectory } from '@pellucid/platform/access';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { notFound } from '@pellucid/platform/errors';
import { type ByteRange, requestedRange, type ServedFile } from '@pellucid/platform/http';
import { covers, RecordReader, readerRights, securityEventStatements } from '@pellucid/platform/records';
import { SignedLinks } from '@pellucid/platform/signed-links';
import { ExportFiles } from '../export-files.js';
import { EXPORT, EXPORTED_BY } from '../export-rights.js';
import { fileGone, notReady, rightsNarrowed } from '../exports.errors.js';
import { type ExportRun, ExportsRepository } from '../exports.repository.js';
import { formatOf } from '../formats/index.js';

/** What links to the files of exports lead to. */
export const EXPORT_LINK = 'export';

/** A file, or a range of it. */
export interface Download {
  file: ServedFile;
  /** Undefined for the whole file. */
  range: ByteRange | undefined;
}

/** Opens the files of exports by signed links. A link acts as the person it was made for, and only while they may do so. */
@Injectable()
export class ExportDownloads {
  constructor(
    @Inject(SignedLinks) private readonly links: SignedLinks,
    @Inject(LinkEntrance) private readonly entrance: LinkEntrance,
    @Inject(ExportFiles) private readonly files: ExportFiles,
    @Inject(ExportsRepository) private readonly repository: ExportsRepository,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /** Returns a signed path to the file of an export, for the context's caller. */
  pathOf({ id }: ExportRun): string {
    const text = this.links.sign({ purpose: EXPORT_LINK, id });
    return `/api/v1/exports/${id}/file?link=${text}`;
  }

  /**
   * Opens the file that a link leads to, and logs the download. Binds tenant and person of the link to the context.
   * @param headers of the request: `range` and `if-range` name a part of the file
   * @throws ProblemError 404 for anything that is no link to this export; 401 and 403 when its person may no longer act; 409 when
   *   their rights have become narrower or there is no file; 410 for an expired link or file; 416
   */
  async open(
    exportId: string,
    link: string,
    headers: { range?: string | undefined; 'if-range'?: string | undefined },
  ): Promise<Download> {
    const holder = await this.entrance.enter({ purpose: EXPORT_LINK, id: exportId }, link, 'The export');
    const run = await this.repository.find(exportId);
    if (!run || run.createdBy?.id !== holder.actorId) throw notFound('The export');
    if (run.removedAt) throw fileGone();
    if (!run.writtenAt) throw notReady('running');
    const { descriptor, mediaType, extension } = await this.checked(run);
    const parts = await this.repository.parts(run.id);
    const file: ServedFile = {
      size: run.bytes,
      etag: `"${run.id}"`,
      name: `${descriptor.plural}-${run.createdAt.slice(0, 10)}.${extension}`,
      mediaType,
      permission: { object: run.object, action: EXPORT },
      bytes: (range) => this.files.bytes(parts, range),
    };
    const range = requestedRange(headers, file);
    await this.note(run, range);
    return { file, range };
  }

  /** @throws ProblemError 409 when the person's rights have become narrower since the file was written */
  private async checked(run: ExportRun) {
    const snapshot = await this.directory.current();
    for (const action of EXPORTED_BY)
      if (!this.directory.may(snapshot, { object: run.object, action })) throw rightsNarrowed();
    const context = await this.reader.contextFor(run.object);
    if (
      !covers(
        readerRights(context, EXPORTED_BY),
        run.rights,
        Object.keys(run.columns.headers).concat(run.columns.keys),
      )
    )
      throw rightsNarrowed();
    const { descriptor } = context;
    const { mediaType, extension } = formatOf(run, descriptor, snapshot.settings.zone);
    return { descriptor, mediaType, extension };
  }

  private async note(run: ExportRun, range: ByteRange | undefined): Promise<void> {
    const changes = {
      object: { after: run.object },
      format: { after: run.format },
      rows: { after: run.rows },
      ...(range && { bytes: { after: `${range.start}–${range.end}` } }),
    };
    await this.units.run((uow) =>
      uow.together(
        securityEventStatements([{ verb: 'exportDownloaded', object: 'export', recordId: run.id, changes }]),
      ),
    );
  }
}
