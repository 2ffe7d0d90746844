import { Inject, Injectable } from '@nestjs/common';
import { MasterKeys, WrappedKeys } from '@pellucid/platform/crypto';
import { PlatformPool } from '@pellucid/platform/db';

/** Everything that the master key wraps, in all companies and for the installation. */
@Injectable()
export class WrappedKeysRepository extends WrappedKeys {
  constructor(
    @Inject(PlatformPool) private readonly platform: PlatformPool,
    @Inject(MasterKeys) keys: MasterKeys,
  ) {
    super(platform, keys);
  }

  /** Returns companies without a job of this name that is waiting, running or dead. */
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
