import { Inject, Injectable } from '@nestjs/common';
import { LinkEntrance } from '@pellucid/modules/identity';
import { currentContext } from '@pellucid/platform/context';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { forbidden, notFound } from '@pellucid/platform/errors';
import { type ByteRange, requestedRange, type ServedFile } from '@pellucid/platform/http';
import { notedEventStatement, RecordService } from '@pellucid/platform/records';
import { expiryOf, type LinkTarget, SignedLinks } from '@pellucid/platform/signed-links';
import { FileBytes } from '../file-bytes.js';
import { contentGone, infected, scanPending } from '../files.errors.js';
import { FilesRepository, type StoredContent } from '../files.repository.js';

const targetOf = (id: string): LinkTarget => ({ purpose: 'file', id });

/** What a file's content is sent under. */
const PERMISSION = { object: 'file', action: 'read' };

/** Hands files out: by signed links, under the rights of whom they were made for, and only what may be downloaded. */
@Injectable()
export class FileDownloads {
  constructor(
    @Inject(SignedLinks) private readonly links: SignedLinks,
    @Inject(LinkEntrance) private readonly entrance: LinkEntrance,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(FilesRepository) private readonly repository: FilesRepository,
    @Inject(FileBytes) private readonly bytes: FileBytes,
    @Inject(UnitOfWorkFactory) private readonly units: UnitOfWorkFactory,
  ) {}

  /**
   * Returns a signed path to the content of a file, for the caller.
   * @throws ProblemError 404 for a file that they don't see; 409 and 410 for one that can't be downloaded
   */
  async linkTo(id: string): Promise<{ url: string; expiresAt: string }> {
    if (currentContext().viewAs !== null)
      throw forbidden(
        'viewAsForbidden',
        "Files can't be downloaded while you view as a role. Exit the view.",
      );
    await this.named(id);
    await this.downloadable(id);
    const now = Date.now();
    const link = this.links.sign(targetOf(id), undefined, now);
    return {
      url: `/api/v1/files/${id}/content?link=${link}`,
      expiresAt: new Date(expiryOf(now)).toISOString(),
    };
  }

  /**
   * Opens the content that a link leads to, and notes the download in the history of the file. Binds company and person of the
   * link to the context.
   * @param headers of the request: `range` and `if-range` name a part of the file
   * @param isHead whether only the headers are asked for
   * @throws ProblemError 404 for anything that is no link to this file, or a file that its person no longer sees; 401 and 403
   *   when they may no longer act; 409 for a file that is not (yet) found clean; 410 for an expired link or removed content; 416
   */
  async open(
    id: string,
    link: string,
    headers: { range?: string | undefined; 'if-range'?: string | undefined },
    isHead: boolean,
  ): Promise<{ file: ServedFile; range: ByteRange | undefined }> {
    await this.entrance.enter(targetOf(id), link, 'The file');
    const name = await this.named(id);
    const content = await this.downloadable(id);
    const parts = await this.repository.parts(content.id);
    const file: ServedFile = {
      size: content.size,
      etag: `"${content.id}"`,
      name,
      mediaType: content.mediaType,
      permission: PERMISSION,
      bytes: (range) => this.bytes.read(parts, range),
    };
    const range = requestedRange(headers, file);
    if (!isHead) await this.units.run((uow) => uow.run(notedEventStatement('file', id, 'downloaded')));
    return { file, range };
  }

  /**
   * Returns the thumbnail of a picture; undefined for a file that has none.
   * @throws ProblemError like {@link linkTo}
   */
  async thumbnail(id: string): Promise<ServedFile | undefined> {
    await this.named(id);
    const { thumbnailId } = await this.downloadable(id);
    const part = thumbnailId === null ? undefined : await this.repository.part(thumbnailId);
    if (!part) return undefined;
    return {
      size: part.size,
      etag: `"${part.id}"`,
      name: 'thumbnail.webp',
      mediaType: 'image/webp',
      permission: PERMISSION,
      bytes: (range) => this.bytes.read([part], range),
    };
  }

  /** Returns the name of a file as far as the caller sees it. @throws ProblemError 404 for a file that they don't see */
  private async named(id: string): Promise<string> {
    const { name } = await this.records.get('file', id);
    return typeof name === 'string' && name !== '' ? name : 'file';
  }

  private async downloadable(id: string): Promise<StoredContent> {
    const content = await this.repository.contentOf(id);
    if (!content) throw notFound('The file');
    if (content.isGone) throw contentGone();
    if (content.scan === 'pending') throw scanPending();
    if (content.scan === 'infected') throw infected();
    return content;
  }
}
