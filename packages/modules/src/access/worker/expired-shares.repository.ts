import { Inject, Injectable } from '@nestjs/common';
import { PlatformPool } from '@pellucid/platform/db';

const BATCH = 5000;

/** Expired shares of all tenants. */
@Injectable()
export class ExpiredSharesRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /** Removes a batch of them. @returns how many, and whether none are left */
  async remove(): Promise<{ removed: number; isLast: boolean }> {
    const { rowCount } = await this.platform.query(
      `delete from record_share where (tenant_id, id) in (
         select tenant_id, id from record_share where until <= now() limit $1 for update skip locked)`,
      [BATCH],
    );
    return { removed: rowCount ?? 0, isLast: (rowCount ?? 0) < BATCH };
  }
}
