import { Inject, Injectable } from '@nestjs/common';
import { PlatformPool } from '@pellucid/platform/db';

/** A part whose content is no longer wanted. */
export interface UnwantedPart {
  tenant_id: string;
  id: string;
}

const BATCH = 1_000;

/** Files of exports that are past their time, of all tenants. */
@Injectable()
export class ExpiredExportsRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /**
   * Marks the files of exports that were complete before the given number of days as removed, and destroys their keys. The same
   * with exports that nobody finished: a paused one can go on for 30 days.
   */
  async expire(days: number): Promise<void> {
    await this.platform.query(
      `with expired as (
         update export_run set removed_at = now()
          where removed_at is null and (written_at < now() - $1 * interval '1 day'
             or (written_at is null and created_at < now() - interval '31 days'))
         returning tenant_id, id)
       update export_part p set key_id = null, wrapped_key = null
         from expired e where p.tenant_id = e.tenant_id and p.export_id = e.id`,
      [days],
    );
  }

  /** Returns parts whose content nobody needs: those of removed files, and those that never became a part of a file. */
  async unwanted(): Promise<UnwantedPart[]> {
    const { rows } = await this.platform.query<UnwantedPart>(
      `select p.tenant_id, p.id from export_part p join export_run e on e.tenant_id = p.tenant_id and e.id = p.export_id
        where e.removed_at is not null
           or (p.number is null and e.written_at < now() - interval '1 day')
        limit $1`,
      [BATCH],
    );
    return rows;
  }

  /** Deletes the rows of parts whose content is gone. */
  async forget(parts: UnwantedPart[]): Promise<void> {
    await this.platform.query(
      `delete from export_part p using unnest($1::uuid[], $2::uuid[]) gone(tenant_id, id)
        where p.tenant_id = gone.tenant_id and p.id = gone.id`,
      [parts.map((part) => part.tenant_id), parts.map((part) => part.id)],
    );
  }
}
