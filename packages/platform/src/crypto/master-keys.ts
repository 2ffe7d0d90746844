import { createHash, hkdfSync } from 'node:crypto';
import type { Config } from '../config/index.js';
import { ProblemError } from '../errors/index.js';
import { open, SEALED_MIN_BYTES, seal } from './aead.js';

/** A key, or another short secret, under the master key. */
export interface WrappedSecret {
  keyId: string;
  wrapped: Buffer;
}

/** The master keys as the configuration gives them. */
export type MasterKeyConfig = Pick<Config, 'PELLUCID_MASTER_KEY'> &
  Partial<Pick<Config, 'PELLUCID_MASTER_KEYS_PREVIOUS'>>;

/** What was wrapped before master keys could be changed says: it opens under whichever key fits. */
export const UNNAMED_KEY_ID = 'm1';

const KEY_BYTES = 32;
/** A random key of 32 bytes has fewer different ones once in 10^16 times. */
const LEAST_DIFFERENT_BYTES = 12;

/** Whether the bytes cannot come from a random source. */
export function isWeakKey(key: Buffer): boolean {
  return new Set(key).size < LEAST_DIFFERENT_BYTES;
}

/** The id of a master key, made of the key itself: a hash of 256 random bits tells nothing of them. */
export function masterKeyId(masterKeyBase64: string): string {
  const key = hkdfSync('sha256', Buffer.from(masterKeyBase64, 'base64'), '', 'pellucid:master-key-id', 32);
  return `m-${createHash('sha256').update(Buffer.from(key)).digest('hex').slice(0, 12)}`;
}

/**
 * The installation's master keys: the present one wraps, each of them opens. What a purpose needs is derived by HKDF
 * (RFC 5869), so that keys of one purpose tell nothing about another's.
 */
export class MasterKeys {
  private readonly keys = new Map<string, Buffer>();
  private readonly derived = new Map<string, Buffer>();
  /** Id of the key that things are wrapped under. */
  readonly currentId: string;

  /** @param base64 the present key first, then earlier ones, the latest of them first */
  constructor(readonly base64: string[]) {
    for (const text of base64) this.keys.set(masterKeyId(text), Buffer.from(text, 'base64'));
    this.currentId = this.ids[0]!;
  }

  static of(config: MasterKeyConfig): MasterKeys {
    return new MasterKeys([config.PELLUCID_MASTER_KEY, ...(config.PELLUCID_MASTER_KEYS_PREVIOUS ?? [])]);
  }

  /** Ids of all keys, the present one first. */
  get ids(): string[] {
    return [...this.keys.keys()];
  }

  /** The key itself. @param keyId one of {@link ids} */
  raw(keyId: string): Buffer {
    const key = this.keys.get(keyId);
    if (!key) throw masterKeyMissing(keyId);
    return key;
  }

  /** A key for one purpose, under the present master key unless told. */
  derive(purpose: string, keyId = this.currentId): Buffer {
    const name = `${keyId}/${purpose}`;
    let key = this.derived.get(name);
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', this.raw(keyId), '', `pellucid:${purpose}`, KEY_BYTES));
      this.derived.set(name, key);
    }
    return key;
  }

  /** Wraps under the present key. @param aad where it stands: it opens nowhere else */
  wrap(purpose: string, plain: Buffer, aad: string): WrappedSecret {
    return { keyId: this.currentId, wrapped: seal(this.derive(purpose), plain, aad) };
  }

  /**
   * Opens what was wrapped under any of the keys.
   * @throws ProblemError 503 `masterKeyMissing` naming the key, or `wrappedKeyBroken` for what was altered or moved
   */
  unwrap(purpose: string, secret: WrappedSecret, aad: string): Buffer {
    return this.openWith(purpose, secret, aad).plain;
  }

  /** The id of the key that opens it. @throws as {@link unwrap} */
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
        // Of another key, or altered.
      }
    throw isUnnamed ? masterKeyMissing(keyId) : wrappedKeyBroken(keyId);
  }
}

/** 503: something is wrapped under a master key that this installation does not have (any more). */
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
