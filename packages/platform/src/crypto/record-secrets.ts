import { hkdfSync, randomBytes } from 'node:crypto';
import { open, seal } from './aead.js';

/** A record's own key under the master key. */
export interface WrappedSecret {
  keyId: string;
  wrapped: Buffer;
}

/**
 * Keys under which the personal values of a record stand in the event log. Destroying a record's key erases the person
 * from the log and leaves the log whole.
 */
export class RecordSecrets {
  private readonly keyId = 'm1';
  private readonly kek: Buffer;

  constructor(masterKeyBase64: string) {
    this.kek = Buffer.from(
      hkdfSync('sha256', Buffer.from(masterKeyBase64, 'base64'), '', 'pellucid:record-secret', 32),
    );
  }

  /** A fresh key and its wrapped form. */
  create(tenantId: string, object: string, recordId: string): { key: Buffer; secret: WrappedSecret } {
    const key = randomBytes(32);
    return {
      key,
      secret: { keyId: this.keyId, wrapped: seal(this.kek, key, `${tenantId}:${object}:${recordId}`) },
    };
  }

  /** @throws Error when the wrapped key was altered, moved, or made under a master key that is not here */
  unwrap(tenantId: string, object: string, recordId: string, secret: WrappedSecret): Buffer {
    if (secret.keyId !== this.keyId) throw new Error(`the master key "${secret.keyId}" is not configured`);
    return open(this.kek, secret.wrapped, `${tenantId}:${object}:${recordId}`);
  }

  /** Encrypts the personal part of an event, bound to the event's id. */
  encrypt(key: Buffer, eventId: string, value: unknown): Buffer {
    return seal(key, Buffer.from(JSON.stringify(value)), eventId);
  }

  /** @throws Error when it was altered or belongs to another event */
  decrypt(key: Buffer, eventId: string, sealed: Buffer): any {
    return JSON.parse(open(key, sealed, eventId).toString('utf8'));
  }

  /**
   * As {@link decrypt}; undefined when the key is not the one it was encrypted with. A record that was erased and then
   * written to again has a new key: what was before cannot be read. Whether bytes were altered is for the seals to say.
   */
  decryptIfKept(key: Buffer, eventId: string, sealed: Buffer): any {
    try {
      return this.decrypt(key, eventId, sealed);
    } catch {
      return undefined;
    }
  }
}
