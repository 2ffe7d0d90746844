import { hkdfSync, randomBytes } from 'node:crypto';
import { ConfigError } from '../config/index.js';
import type { PlatformPool } from '../db/platform-pool.js';
import { ProblemError } from '../errors/index.js';
import type { MasterKeys, WrappedSecret } from './master-keys.js';
import { recordSecretPlace } from './record-secrets.js';

/** Purpose under which the installation's keys are wrapped. */
export const INSTALLATION_KEY = 'installation-key';

/** Identifies an installation key; used as additional authenticated data when it is wrapped. */
export const installationKeyPlace = (purpose: string, id: string) => `${purpose}:${id}`;

const ROOT = { purpose: 'stable', id: 'root' };
const ROOT_PLACE = installationKeyPlace(ROOT.purpose, ROOT.id);

/** Derives keys that never change during the life of an installation. */
export interface StableKeys {
  /** Returns the key for a purpose. @param salt separates keys of the same purpose, e.g. by company */
  stable(purpose: string, salt?: string): Buffer;
}

/**
 * The key that outlives master keys. Values that are compared by keyed hash (masked values, tokens, recovery codes)
 * must not change with the master key. They are therefore derived from a root key that is stored in the database,
 * wrapped by the master key.
 */
export class InstallationKeys implements StableKeys {
  private root: Buffer | undefined;

  constructor(
    private readonly platform: Pick<PlatformPool, 'query'>,
    private readonly keys: MasterKeys,
  ) {}

  /**
   * Loads the root key before anything is served, and creates it if there is none.
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

  /** If another process creates the root key at the same moment, exactly one of the two keys is kept. */
  private async made(): Promise<Buffer> {
    const { keyId, wrapped } = this.keys.wrap(INSTALLATION_KEY, await this.firstRoot(), ROOT_PLACE);
    await this.platform.query(
      'insert into installation_key (purpose, id, key_id, wrapped) values ($1, $2, $3, $4) on conflict do nothing',
      [ROOT.purpose, ROOT.id, keyId, wrapped],
    );
    return (await this.stored())!;
  }

  /**
   * Returns a random root key. In an installation that already has data, returns the master key from which everything
   * was derived so far.
   */
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
