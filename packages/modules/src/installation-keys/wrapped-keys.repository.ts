import { Inject, Injectable } from '@nestjs/common';
import { MasterKeys, WrappedKeys } from '@pellucid/platform/crypto';
import { PlatformPool } from '@pellucid/platform/db';

/** What is wrapped by the master key, in all companies and beyond. */
@Injectable()
export class WrappedKeysRepository extends WrappedKeys {
  constructor(
    @Inject(PlatformPool) private readonly platform: PlatformPool,
    @Inject(MasterKeys) keys: MasterKeys,
  ) {
    super(platform, keys);
  }

  /** Companies without a job of the name that waits, runs or has died. */
  async tenantsWithoutJob(name: string): Promise<string[]> {
    const { rows } = await this.platform.query<{ id: string }>(
      `select t.id from tenant t where not exists (
         select 1 from job j where j.tenant_id = t.id and j.name = $1 and j.state in ('pending', 'running', 'dead'))
        order by t.id`,
      [name],
    );
    return rows.map(({ id }) => id);
  }
}
