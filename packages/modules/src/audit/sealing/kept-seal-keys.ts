import { INSTALLATION_KEY, installationKeyPlace, type MasterKeys } from '@pellucid/platform/crypto';
import { ProblemError } from '@pellucid/platform/errors';
import { SealKeys } from './seal.js';

const PURPOSE = 'audit-seal';

/** A connection that can read the installation's keys: the platform's or an administrator's. */
interface Database {
  query(text: string, values?: unknown[]): Promise<{ rows: any[] }>;
}

/**
 * Stores the keys that seals were made with, each wrapped by the current master key, so that old seals can be checked
 * after their master key is gone.
 */
export class KeptSealKeys {
  constructor(
    private readonly database: Database,
    private readonly masterKeys: MasterKeys,
  ) {}

  /**
   * Returns the keys of all configured master keys and the stored ones. One whose master key is missing is left out.
   */
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

  /** Like {@link read}, but also stores keys that are not stored yet. */
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
