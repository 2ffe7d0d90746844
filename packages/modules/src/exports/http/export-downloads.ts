import { Inject, Injectable } from '@nestjs/common';
import { SessionsRepository } from '@pellucid/modules/identity';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { notFound, ProblemError, unauthorized } from '@pellucid/platform/errors';
import { covers, RecordReader, readerRights, securityEventStatements } from '@pellucid/platform/records';
import { type DownloadLink, DownloadLinks } from '../download-links.js';
import { type ByteRange, ExportFiles, rangeOf } from '../export-files.js';
import { EXPORT, EXPORTED_BY } from '../export-rights.js';
import { fileGone, notReady, rightsNarrowed } from '../exports.errors.js';
import { type ExportRun, ExportsRepository } from '../exports.repository.js';
import { formatOf } from '../formats/index.js';

/** A file, or a range of it. */
export interface Download {
  bytes: AsyncGenerator<Buffer>;
  range: ByteRange;
  /** Whether it is only a range of the file. */
  isPart: boolean;
  size: number;
  etag: string;
  name: string;
  mediaType: string;
  /** The permission that it needs until the last byte. */
  permission: { object: string; action: string };
}

/** Opens the files of exports by signed links. A link acts as the person it was made for, and only while they may do so. */
@Injectable()
export class ExportDownloads {
  constructor(
    @Inject(DownloadLinks) private readonly links: DownloadLinks,
    @Inject(ExportFiles) private readonly files: ExportFiles,
    @Inject(ExportsRepository) private readonly repository: ExportsRepository,
    @Inject(SessionsRepository) private readonly sessions: SessionsRepository,
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(AccessDirectory) private readonly directory: AccessDirectory,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /** Returns a signed path to the file of an export, for the context's caller. */
  pathOf({ id }: ExportRun): string {
    const { tenantId, memberId, actor, identityId, sessionId } = currentContext();
    const text = this.links.sign({
      tenantId: tenantId!,
      exportId: id,
      kind: memberId === null ? 'apiKey' : 'member',
      actorId: (memberId ?? actor.id)!,
      identityId,
      sessionId,
    });
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
    const found = this.links.open(link, exportId);
    if (!found) throw notFound('The export');
    if (found === 'expired')
      throw new ProblemError(
        410,
        'linkExpired',
        'Expired',
        'This link has expired. Get a new one from the export.',
      );
    await this.act(found);
    const run = await this.repository.find(exportId);
    if (!run || run.createdBy?.id !== found.actorId) throw notFound('The export');
    if (run.removedAt) throw fileGone();
    if (!run.writtenAt) throw notReady('running');
    const { descriptor, mediaType, extension } = await this.checked(run);
    const etag = `"${run.id}"`;
    const isSame = headers['if-range'] === undefined || headers['if-range'] === etag;
    const range = isSame ? rangeOf(headers.range, run.bytes) : undefined;
    if (range === null)
      throw new ProblemError(
        416,
        'rangeNotSatisfiable',
        'Range not satisfiable',
        `The file has ${run.bytes} bytes.`,
        {
          headers: { 'Content-Range': `bytes */${run.bytes}` },
        },
      );
    await this.note(run, range);
    const whole = { start: 0, end: run.bytes - 1 };
    const parts = await this.repository.parts(run.id);
    return {
      bytes: this.files.bytes(parts, range ?? whole),
      range: range ?? whole,
      isPart: range !== undefined,
      size: run.bytes,
      etag,
      name: `${descriptor.plural}-${run.createdAt.slice(0, 10)}.${extension}`,
      mediaType,
      permission: { object: run.object, action: EXPORT },
    };
  }

  /** Makes the context act as the person of the link. @throws ProblemError 401, 403 when they may no longer act */
  private async act({ tenantId, kind, actorId, identityId, sessionId }: DownloadLink): Promise<void> {
    const context = currentContext();
    context.tenantId = tenantId;
    context.actor = { kind, id: actorId };
    if (kind === 'member') {
      Object.assign(context, { memberId: actorId, identityId, sessionId });
      const isAlive =
        identityId !== null &&
        sessionId !== null &&
        (await this.sessions.isAlive({ id: sessionId, identityId, tenantId, memberId: actorId }));
      if (!isAlive) throw unauthorized('sessionEnded', 'This session has ended. Log in again.');
    }
    this.directory.rolesOf(await this.directory.current());
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
