import { hkdfSync, randomBytes } from 'node:crypto';
import { ConfigError } from '../config/index.js';
import type { PlatformPool } from '../db/platform-pool.js';
import { ProblemError } from '../errors/index.js';
import type { MasterKeys, WrappedSecret } from './master-keys.js';
import { recordSecretPlace } from './record-secrets.js';

/** What keys of the installation are wrapped for. */
export const INSTALLATION_KEY = 'installation-key';

/** Where a key of the installation stands. */
export const installationKeyPlace = (purpose: string, id: string) => `${purpose}:${id}`;

const ROOT = { purpose: 'stable', id: 'root' };
const ROOT_PLACE = installationKeyPlace(ROOT.purpose, ROOT.id);

/** Derives keys that stay the same for the whole life of an installation. */
export interface StableKeys {
  /** @param salt sets keys of one purpose apart, by company say */
  stable(purpose: string, salt?: string): Buffer;
}

/**
 * The key that outlives master keys. What is compared by its keyed hash (masked values, tokens, recovery codes) must not
 * change with the master key, so it is derived from a root that stands in the database, wrapped by the master key.
 */
export class InstallationKeys implements StableKeys {
  private root: Buffer | undefined;

  constructor(
    private readonly platform: Pick<PlatformPool, 'query'>,
    private readonly keys: MasterKeys,
  ) {}

  /**
   * Reads the root before anything is served, and makes it where there is none.
   * @throws ConfigError when none of the master keys opens it
   */
  async onModuleInit(): Promise<void> {
    this.root = (await this.stored()) ?? (await this.made());
  }

  stable(purpose: string, salt = ''): Buffer {
    if (!this.root) throw new Error('the keys of the installation are not read yet');
    return Buffer.from(hkdfSync('sha256', this.root, salt, `pellucid:${purpose}`, 32));
  }

  private async stored(): Promise<Buffer | undefined> {
    const { rows } = await this.platform.query<WrappedSecret>(
      'select key_id as "keyId", wrapped from installation_key where purpose = $1 and id = $2',
      [ROOT.purpose, ROOT.id],
    );
    return rows[0] && this.opened(rows[0], INSTALLATION_KEY, ROOT_PLACE).plain;
  }

  /** What another process makes at the same moment wins or loses as a whole. */
  private async made(): Promise<Buffer> {
    const { keyId, wrapped } = this.keys.wrap(INSTALLATION_KEY, await this.firstRoot(), ROOT_PLACE);
    await this.platform.query(
      'insert into installation_key (purpose, id, key_id, wrapped) values ($1, $2, $3, $4) on conflict do nothing',
      [ROOT.purpose, ROOT.id, keyId, wrapped],
    );
    return (await this.stored())!;
  }

  /** A random root; in an installation that has data already, the master key that everything was derived from until now. */
  private async firstRoot(): Promise<Buffer> {
    const { rows } = await this.platform.query<any>(
      `select t.tenant_id is not null as "isSample", t.* from (select 1 from tenant limit 1) x
         left join (select tenant_id, object, record_id, key_id, wrapped from record_secret limit 1) t on true`,
    );
    const [row] = rows;
    if (!row) return randomBytes(32);
    if (!row.isSample) return this.keys.raw(this.keys.ids.at(-1)!);
    const { keyId } = this.opened(
      { keyId: row.key_id, wrapped: row.wrapped },
      'record-secret',
      recordSecretPlace(row.tenant_id, row.object, row.record_id),
    );
    return this.keys.raw(keyId);
  }

  private opened(secret: WrappedSecret, purpose: string, place: string): { keyId: string; plain: Buffer } {
    try {
      return {
        keyId: this.keys.openerOf(purpose, secret, place),
        plain: this.keys.unwrap(purpose, secret, place),
      };
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      throw new ConfigError(
        `PELLUCID_MASTER_KEY can't unwrap this installation's keys, which were wrapped with "${secret.keyId}". Add that key to PELLUCID_MASTER_KEYS_PREVIOUS (docs/operations/running.md, "Changing the master key").`,
      );
    }
  }
}
