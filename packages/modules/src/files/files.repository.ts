import { Inject, Injectable } from '@nestjs/common';
import type { WrappedSecret } from '@pellucid/platform/crypto';
import { TenantPool, type UnitOfWork } from '@pellucid/platform/db';
import type { ScanStatus } from './files.record.js';

/** Content that arrives, or has arrived. */
export interface FileContent {
  id: string;
  /** The file that it belongs to; null until the upload is complete. */
  fileId: string | null;
  name: string;
  /** Size in bytes when it is complete. */
  size: number;
  /** Bytes that have arrived. */
  received: number;
  /** Values that the file will have, as they were given. */
  values: Record<string, unknown>;
  createdAt: string;
}

/** Content of a file. */
export interface StoredContent {
  id: string;
  mediaType: string;
  size: number;
  scan: ScanStatus;
  /** Id of the part with the thumbnail. */
  thumbnailId: string | null;
  isGone: boolean;
}

/** A sealed part of the content. */
export interface FilePart {
  id: string;
  size: number;
  secret: WrappedSecret;
  /** SHA-256 of the part in base64url. */
  sha256: string;
}

const CONTENT = `select id, file_id as "fileId", name, size::float8 as size, received::float8 as received, given as values,
    created_at as "createdAt" from file_content`;

const PART = 'id, size, sha256, key_id, wrapped_key from file_part';

/** The tables of uploads and of files' content. */
@Injectable()
export class FilesRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Adds an upload. @param by id of whoever uploads */
  add(uow: UnitOfWork, content: Omit<FileContent, 'fileId' | 'received' | 'createdAt'>, by: string | null) {
    const { id, name, size, values } = content;
    return uow.run({
      text: `insert into file_content (tenant_id, id, name, size, given, created_by_id) values ($1, $2, $3, $4, $5, $6)`,
      values: [uow.tenantId, id, name, size, JSON.stringify(values), by],
    });
  }

  /**
   * Returns the room that the company's files and open uploads take, in bytes, and the number of somebody's open uploads.
   * Until the transaction ends nobody else gets room.
   */
  async usage(uow: UnitOfWork, by: string | null): Promise<{ bytes: number; open: number }> {
    const [, rows] = await uow.together([
      {
        text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
        values: [`room for files ${uow.tenantId}`],
      },
      {
        text: `select coalesce(sum(size), 0)::float8 as bytes,
                      (count(*) filter (where file_id is null and created_by_id is not distinct from $2))::int as open
                 from file_content where tenant_id = $1 and removed_at is null`,
        values: [uow.tenantId, by],
      },
    ]);
    return rows![0];
  }

  /** Returns somebody's upload, whether or not it is complete. */
  async upload(id: string, by: string | null): Promise<FileContent | undefined> {
    const { rows } = await this.pool.query({
      text: `${CONTENT} where id = $1 and created_by_id is not distinct from $2 and removed_at is null`,
      values: [id, by],
    });
    return rows[0] as FileContent | undefined;
  }

  /** Locks an upload until the transaction ends; undefined if it was removed. */
  async locked(uow: UnitOfWork, id: string): Promise<FileContent | undefined> {
    const rows = await uow.run<FileContent>({
      text: `${CONTENT} where tenant_id = $1 and id = $2 and removed_at is null for update`,
      values: [uow.tenantId, id],
    });
    return rows[0];
  }

  /** Announces a part, so that nothing of it is forgotten whatever happens to its process. */
  announce(uow: UnitOfWork, contentId: string, partId: string) {
    return uow.run({
      text: 'insert into file_part (tenant_id, id, content_id) values ($1, $2, $3)',
      values: [uow.tenantId, partId, contentId],
    });
  }

  /** Makes an announced part the next piece of an upload. */
  async append(uow: UnitOfWork, upload: FileContent, part: FilePart): Promise<void> {
    await uow.together([
      sealedPart(uow.tenantId, part, upload.received),
      {
        text: 'update file_content set received = $3 where tenant_id = $1 and id = $2',
        values: [uow.tenantId, upload.id, upload.received + part.size],
      },
    ]);
  }

  /** Makes an announced part the thumbnail of a file. */
  async setThumbnail(uow: UnitOfWork, contentId: string, part: FilePart): Promise<void> {
    await uow.together([
      sealedPart(uow.tenantId, part, null),
      {
        text: 'update file_content set thumbnail_id = $3 where tenant_id = $1 and id = $2 and removed_at is null',
        values: [uow.tenantId, contentId, part.id],
      },
    ]);
  }

  /** Gives complete content to a file. */
  complete(uow: UnitOfWork, contentId: string, fileId: string, mediaType: string) {
    return uow.run({
      text: `update file_content set file_id = $3, media_type = $4, completed_at = now(), given = '{}'
              where tenant_id = $1 and id = $2`,
      values: [uow.tenantId, contentId, fileId, mediaType],
    });
  }

  /** Returns the parts of content in their order. */
  async parts(contentId: string): Promise<FilePart[]> {
    const { rows } = await this.pool.query({
      text: `select ${PART} where content_id = $1 and start is not null order by start`,
      values: [contentId],
    });
    return rows.map(partOf);
  }

  /** Returns one part; undefined if its key was destroyed. */
  async part(id: string): Promise<FilePart | undefined> {
    const { rows } = await this.pool.query({
      text: `select ${PART} where id = $1 and wrapped_key is not null`,
      values: [id],
    });
    return rows[0] && partOf(rows[0]);
  }

  /** Returns what is stored of a file; undefined if there is none. Whether the caller sees the file is for others to say. */
  async contentOf(fileId: string): Promise<StoredContent | undefined> {
    const { rows } = await this.pool.query({
      text: `select c.id, c.media_type as "mediaType", c.size::float8 as size, f.scan, c.thumbnail_id as "thumbnailId",
                    c.removed_at is not null as "isGone"
               from file_content c join file f on f.tenant_id = c.tenant_id and f.id = c.file_id where c.file_id = $1`,
      values: [fileId],
    });
    return rows[0] as StoredContent | undefined;
  }
}

/** Returns the statement that completes the row of an announced part. @param start its place in the content; null for none */
function sealedPart(tenantId: string, { id, size, sha256, secret }: FilePart, start: number | null) {
  return {
    text: `update file_part set start = $3, size = $4, sha256 = $5, key_id = $6, wrapped_key = $7
            where tenant_id = $1 and id = $2`,
    values: [tenantId, id, start, size, sha256, secret.keyId, secret.wrapped],
  };
}

function partOf({ key_id: keyId, wrapped_key: wrapped, ...part }: any): FilePart {
  return { ...part, secret: { keyId, wrapped } };
}

/** Returns the statement that takes content away: its keys are destroyed, and its room is free. */
export const removeContents = (where: string, values: unknown[]) => ({
  text: `with removed as (
      update file_content set removed_at = now() where removed_at is null and ${where} returning tenant_id, id)
    update file_part p set key_id = null, wrapped_key = null
      from removed r where p.tenant_id = r.tenant_id and p.content_id = r.id`,
  values,
});
