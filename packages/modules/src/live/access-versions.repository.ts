import { Inject, Injectable } from '@nestjs/common';
import { PlatformPool } from '@pellucid/platform/db';

/** Reads the access versions of tenants, all in one round trip. */
@Injectable()
export class AccessVersionsRepository {
  constructor(@Inject(PlatformPool) private readonly platform: PlatformPool) {}

  /** Returns the access version of each tenant by id. */
  async of(tenantIds: string[]): Promise<Map<string, string>> {
    const { rows } = await this.platform.query<{ id: string; version: string }>(
      'select id, access_version::text as version from tenant where id = any($1)',
      [tenantIds],
    );
    return new Map(rows.map(({ id, version }) => [id, version]));
  }
}
