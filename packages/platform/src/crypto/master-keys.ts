import { createHash, hkdfSync } from 'node:crypto';
import type { Config } from '../config/index.js';
import { ProblemError } from '../errors/index.js';
import { open, SEALED_MIN_BYTES, seal } from './aead.js';

/** A key, or another short secret, wrapped by the master key. */
export interface WrappedSecret {
  keyId: string;
  wrapped: Buffer;
}

/** The master keys as they are configured. */
export type MasterKeyConfig = Pick<Config, 'PELLUCID_MASTER_KEY'> &
  Partial<Pick<Config, 'PELLUCID_MASTER_KEYS_PREVIOUS'>>;

/** Key id stored with everything wrapped before master keys could be changed: any of the keys may open it. */
export const UNNAMED_KEY_ID = 'm1';

const KEY_BYTES = 32;
/** A random key of 32 bytes has fewer distinct bytes about once in 10^16 times. */
const LEAST_DIFFERENT_BYTES = 12;

/** Whether the bytes are too uniform to come from a random source. */
export function isWeakKey(key: Buffer): boolean {
  return new Set(key).size < LEAST_DIFFERENT_BYTES;
}

/** Returns the id of a master key: a hash of the key, which reveals nothing about its 256 random bits. */
export function masterKeyId(masterKeyBase64: string): string {
  const key = hkdfSync('sha256', Buffer.from(masterKeyBase64, 'base64'), '', 'pellucid:master-key-id', 32);
  return `m-${createHash('sha256').update(Buffer.from(key)).digest('hex').slice(0, 12)}`;
}

/**
 * The installation's master keys: the current one wraps, all of them open. Keys for a purpose are derived by HKDF (RFC
 * 5869), so that a key for one purpose reveals nothing about another's.
 */
export class MasterKeys {
  private readonly keys = new Map<string, Buffer>();
  private readonly derived = new Map<string, Buffer>();
  /** Id of the key that wraps. */
  readonly currentId: string;

  /** @param base64 the current key first, then earlier ones, the latest of them first */
  constructor(readonly base64: string[]) {
    for (const text of base64) this.keys.set(masterKeyId(text), Buffer.from(text, 'base64'));
    this.currentId = this.ids[0]!;
  }

  /** Reads the master keys from the configuration. */
  static of(config: MasterKeyConfig): MasterKeys {
    return new MasterKeys([config.PELLUCID_MASTER_KEY, ...(config.PELLUCID_MASTER_KEYS_PREVIOUS ?? [])]);
  }

  /** Ids of all keys, the current one first. */
  get ids(): string[] {
    return [...this.keys.keys()];
  }

  /** Returns the key itself. @param keyId one of {@link ids} */
  raw(keyId: string): Buffer {
    const key = this.keys.get(keyId);
    if (!key) throw masterKeyMissing(keyId);
    return key;
  }

  /** Derives a key for one purpose, from the current master key by default. */
  derive(purpose: string, keyId = this.currentId): Buffer {
    const name = `${keyId}/${purpose}`;
    let key = this.derived.get(name);
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', this.raw(keyId), '', `pellucid:${purpose}`, KEY_BYTES));
      this.derived.set(name, key);
    }
    return key;
  }

  /** Wraps with the current key. @param aad where the result is stored; it cannot be opened for any other place */
  wrap(purpose: string, plain: Buffer, aad: string): WrappedSecret {
    return { keyId: this.currentId, wrapped: seal(this.derive(purpose), plain, aad) };
  }

  /**
   * Opens what was wrapped with any of the keys.
   * @throws ProblemError 503 `masterKeyMissing` naming the key, or `wrappedKeyBroken` when the bytes were altered or
   *   moved
   */
  unwrap(purpose: string, secret: WrappedSecret, aad: string): Buffer {
    return this.openWith(purpose, secret, aad).plain;
  }

  /** Returns the id of the key that opens the secret. @throws as {@link unwrap} */
  openerOf(purpose: string, secret: WrappedSecret, aad: string): string {
    return this.openWith(purpose, secret, aad).keyId;
  }

  private openWith(
    purpose: string,
    { keyId, wrapped }: WrappedSecret,
    aad: string,
  ): { keyId: string; plain: Buffer } {
    const isUnnamed = keyId === UNNAMED_KEY_ID;
    if (!isUnnamed && !this.keys.has(keyId)) throw masterKeyMissing(keyId);
    if (wrapped.length < SEALED_MIN_BYTES) throw wrappedKeyBroken(keyId);
    for (const id of isUnnamed ? this.ids : [keyId])
      try {
        return { keyId: id, plain: open(this.derive(purpose, id), wrapped, aad) };
      } catch {
        // Wrapped with another key, or altered.
      }
    throw isUnnamed ? masterKeyMissing(keyId) : wrappedKeyBroken(keyId);
  }
}

/** 503: something is wrapped with a master key that this installation does not have (or no longer has). */
export function masterKeyMissing(keyId: string): ProblemError {
  return new ProblemError(
    503,
    'masterKeyMissing',
    'Key missing',
    `This needs ${keyId === UNNAMED_KEY_ID ? 'an earlier master key' : `the master key "${keyId}"`}, which isn't configured. The operator must add it to PELLUCID_MASTER_KEYS_PREVIOUS (\`npm run keys:check\` says what is under which key).`,
    { keyId },
  );
}

function wrappedKeyBroken(keyId: string): ProblemError {
  return new ProblemError(
    503,
    'wrappedKeyBroken',
    "Key can't be unwrapped",
    `A key wrapped with the master key "${keyId}" was altered or moved. Tell the operator (\`npm run keys:check\` counts such keys).`,
    { keyId },
  );
}
