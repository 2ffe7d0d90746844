import { Inject, Injectable } from '@nestjs/common';
import { PlatformPool } from '@pellucid/platform/db';

/** An expired file. */
export interface ExpiredFile {
  tenant_id: string;
  id: string;
}

const BATCH = 1000;

/** Expired uploads of all tenants. */
@Injectable()
export class ExpiredFilesRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /**
   * Returns files older than the given number of days whose content still exists and that no import is about to read.
   */
  async find(days: number): Promise<ExpiredFile[]> {
    const { rows } = await this.platform.query<ExpiredFile>(
      `select f.tenant_id, f.id from import_file f
        where f.removed_at is null and f.created_at < now() - $1 * interval '1 day'
          and (f.held_until is null or f.held_until < now())
          and not exists (select 1 from import_run i join job j on j.tenant_id = i.tenant_id and j.id = i.job_id and j.state <> 'dead'
                           where i.tenant_id = f.tenant_id and i.file_id = f.id and i.status in ('queued', 'running'))
        limit $2`,
      [days, BATCH],
    );
    return rows;
  }

  /**
   * Destroys the keys of imports that ended more than the given number of days ago, so that the texts of their rows
   * become unreadable. So do those that were given up, whose workers could not end them.
   */
  async destroyKeys(days: number): Promise<void> {
    await this.platform.query(
      `update import_run set key_id = null, wrapped_key = null
        where wrapped_key is not null and coalesce(finished_at, started_at, created_at) < now() - $1 * interval '1 day'
          and (finished_at is not null or not exists (select from job j where j.tenant_id = import_run.tenant_id and j.id = import_run.job_id and j.state <> 'dead'))`,
      [days],
    );
  }

  /** Records that the content was removed, and destroys its key, so that copies in backups become unreadable too. */
  async markRemoved(file: ExpiredFile): Promise<void> {
    await this.platform.query(
      'update import_file set removed_at = now(), key_id = null, wrapped_key = null where tenant_id = $1 and id = $2',
      [file.tenant_id, file.id],
    );
  }
}
