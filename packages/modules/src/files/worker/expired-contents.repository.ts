import { Inject, Injectable } from '@nestjs/common';
import { PlatformPool } from '@pellucid/platform/db';
import { removeContents } from '../files.repository.js';

/** A part whose content is no longer wanted. */
export interface UnwantedPart {
  tenant_id: string;
  id: string;
}

const BATCH = 1_000;

/** Content that is past its time, of all companies. */
@Injectable()
export class ExpiredContentsRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /** Removes uploads that began long ago and were never completed. */
  async expireUploads(hours: number): Promise<void> {
    const { text, values } = removeContents(
      `file_id is null and created_at < now() - $1 * interval '1 hour'`,
      [hours],
    );
    await this.platform.query(text, values);
  }

  /** Removes the content of files that were deleted long ago. */
  async expireDeleted(days: number): Promise<void> {
    const { text, values } = removeContents(
      `exists (select from file f where f.tenant_id = file_content.tenant_id and f.id = file_content.file_id
                  and f.deleted_at < now() - $1 * interval '1 day')`,
      [days],
    );
    await this.platform.query(text, values);
  }

  /** Returns parts that nobody needs: those of removed content, and those that broke off. */
  async unwanted(): Promise<UnwantedPart[]> {
    const { rows } = await this.platform.query<UnwantedPart>(
      `select p.tenant_id, p.id from file_part p
         join file_content c on c.tenant_id = p.tenant_id and c.id = p.content_id
        where c.removed_at is not null or (p.sha256 is null and p.created_at < now() - interval '1 day')
        limit $1`,
      [BATCH],
    );
    return rows;
  }

  /** Deletes the rows of parts whose bytes are gone. */
  async forget(parts: UnwantedPart[]): Promise<void> {
    await this.platform.query(
      `delete from file_part p using unnest($1::uuid[], $2::uuid[]) gone(tenant_id, id)
        where p.tenant_id = gone.tenant_id and p.id = gone.id`,
      [parts.map((part) => part.tenant_id), parts.map((part) => part.id)],
    );
  }
}
