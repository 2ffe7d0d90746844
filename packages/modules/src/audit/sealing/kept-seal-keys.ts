import { INSTALLATION_KEY, installationKeyPlace, type MasterKeys } from '@pellucid/platform/crypto';
import { ProblemError } from '@pellucid/platform/errors';
import { SealKeys } from './seal.js';

const PURPOSE = 'audit-seal';

/** A connection that sees the keys of the installation: the platform's, or an administrator's. */
interface Database {
  query(text: string, values?: unknown[]): Promise<{ rows: any[] }>;
}

/**
 * The keys that seals were made with, each wrapped by the present master key, so that old seals can be checked when the
 * master key they are from is gone.
 */
export class KeptSealKeys {
  constructor(
    private readonly database: Database,
    private readonly masterKeys: MasterKeys,
  ) {}

  /** The keys of all configured master keys, and those kept. One whose master key is missing is left out. */
  async read(): Promise<SealKeys> {
    const { rows } = await this.database.query(
      'select id, key_id as "keyId", wrapped from installation_key where purpose = $1 order by created_at desc',
      [PURPOSE],
    );
    const kept = rows.flatMap(({ id, ...secret }) => {
      try {
        return [this.masterKeys.unwrap(INSTALLATION_KEY, secret, installationKeyPlace(PURPOSE, id))];
      } catch (error) {
        if (error instanceof ProblemError) return [];
        throw error;
      }
    });
    return new SealKeys(this.masterKeys.base64, kept);
  }

  /** As {@link read}, and keeps those that are not kept yet. */
  async keep(): Promise<SealKeys> {
    const keys = await this.read();
    for (const [id, key] of keys.all().reverse()) {
      const { keyId, wrapped } = this.masterKeys.wrap(
        INSTALLATION_KEY,
        key,
        installationKeyPlace(PURPOSE, id),
      );
      await this.database.query(
        'insert into installation_key (purpose, id, key_id, wrapped) values ($1, $2, $3, $4) on conflict do nothing',
        [PURPOSE, id, keyId, wrapped],
      );
    }
    return keys;
  }
}
