import { randomBytes } from 'node:crypto';
import { open, seal } from './aead.js';
import type { MasterKeys, WrappedSecret } from './master-keys.js';

const PURPOSE = 'record-secret';

/** Identifies a record's key, which cannot be opened for any other record. */
export const recordSecretPlace = (tenantId: string, object: string, recordId: string) =>
  `${tenantId}:${object}:${recordId}`;

/**
 * Keys that encrypt the personal values of a record in the event log. Destroying a record's key erases the person from
 * the log and leaves the log intact.
 */
export class RecordSecrets {
  constructor(private readonly masterKeys: MasterKeys) {}

  /** Creates a key; returns it and its wrapped form. */
  create(tenantId: string, object: string, recordId: string): { key: Buffer; secret: WrappedSecret } {
    const key = randomBytes(32);
    return {
      key,
      secret: this.masterKeys.wrap(PURPOSE, key, recordSecretPlace(tenantId, object, recordId)),
    };
  }

  /** Opens a record's key. @throws ProblemError 503 when it was altered or moved, or its master key is missing */
  unwrap(tenantId: string, object: string, recordId: string, secret: WrappedSecret): Buffer {
    return this.masterKeys.unwrap(PURPOSE, secret, recordSecretPlace(tenantId, object, recordId));
  }

  /** Encrypts the personal part of an event, bound to the event's id. */
  encrypt(key: Buffer, eventId: string, value: unknown): Buffer {
    return seal(key, Buffer.from(JSON.stringify(value)), eventId);
  }

  /** Decrypts the personal part of an event. @throws Error when it was altered or belongs to another event */
  decrypt(key: Buffer, eventId: string, sealed: Buffer): any {
    return JSON.parse(open(key, sealed, eventId).toString('utf8'));
  }

  /**
   * Like {@link decrypt}, but returns undefined when the value was encrypted with another key. A record that was erased
   * and then written to again has a new key, so its earlier values cannot be read. The seals of the log detect altered
   * bytes.
   */
  decryptIfKept(key: Buffer, eventId: string, sealed: Buffer): any {
    try {
      return this.decrypt(key, eventId, sealed);
    } catch {
      return undefined;
    }
  }

  /**
   * Returns everything an event says about its record's fields, personal values included. `erased`: it has personal
   * values that can no longer be read.
   * @param key the record's key; undefined when it was destroyed or never created
   */
  openChanges<Change>(
    key: Buffer | undefined,
    event: { id: string; changes: Record<string, Change>; personal: Buffer | null },
  ): { changes: Record<string, Change>; erased: boolean } {
    if (!event.personal) return { changes: { ...event.changes }, erased: false };
    const personal = key && this.decryptIfKept(key, event.id, event.personal);
    return { changes: { ...event.changes, ...personal }, erased: !personal };
  }
}
