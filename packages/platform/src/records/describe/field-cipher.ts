import type { FieldEncryption } from '../../access/index.js';
import { ENVELOPE_PREFIX, type FieldKeyRing, fieldKeyMissing } from '../../crypto/index.js';
import type { FieldDescriptor, RecordDescriptor } from './descriptor.js';
import { collectionOf, withFields } from './owned-lines.js';

/**
 * Milliseconds between the decision to encrypt and the first sealed value. Replicas may know the company's definitions
 * a second late and would show sealed values as they are stored.
 */
export const ANNOUNCED_MS = 2_500;

/**
 * How the values of one field of one company are stored. While rows are being rewritten, the table holds both forms:
 * reads distinguish them by the envelope, and lookups for equality check both.
 */
export class FieldCipher {
  constructor(
    private readonly ring: FieldKeyRing,
    private readonly place: { tenantId: string; object: string; table: string; field: string },
    private readonly encryption: FieldEncryption,
  ) {}

  /** Whether the values are to be sealed. False while a field is being decrypted. */
  get seals(): boolean {
    return this.encryption.state !== 'decrypting';
  }

  /** Whether new values are sealed now, which starts once every replica can read them. */
  get sealsNow(): boolean {
    return this.seals && Date.now() >= this.encryption.since + ANNOUNCED_MS;
  }

  /**
   * Returns the plain value of a stored one.
   * @throws ProblemError 503 when its key is missing or it was altered or moved
   */
  open(recordId: string, stored: string): string {
    return stored.startsWith(ENVELOPE_PREFIX) ? this.ring.open(this.at(recordId), stored) : stored;
  }

  /** Returns the stored form of a value. An empty text has nothing to hide and is stored plain. */
  seal(recordId: string, value: string): string {
    return this.sealsNow && value !== '' ? this.ring.seal(this.at(recordId), value) : value;
  }

  /** Returns the content of the normalised column for a value that is written now. */
  norm(norm: string | null): string | null {
    if (!this.sealsNow || norm === null || norm === '') return norm;
    return this.ring.blindIndex(this.place.tenantId, this.place.object, this.place.field, norm);
  }

  /**
   * Returns all forms that the normalised column may hold for the value.
   * @throws ProblemError 503 when rows are sealed with a missing key: they would silently not be found
   */
  norms(norm: string): string[] {
    for (const keyId of this.encryption.keyIds) if (!this.ring.has(keyId)) throw fieldKeyMissing(keyId);
    const { tenantId, object, field } = this.place;
    const sealed = norm === '' ? [] : this.ring.blindIndexes(tenantId, object, field, norm);
    return this.encryption.state === 'encrypted' && norm !== '' ? sealed : [norm, ...sealed];
  }

  /** What the forms of {@link matchForm} depend on. */
  get matchedBy(): string {
    return this.seals ? this.encryption.keyIds.join() : '';
  }

  /** Returns a text that is compared across fields of several objects, in a form that doesn't tell it. */
  matchForm(namespace: string, text: string): string {
    return this.ring.blindIndex(this.place.tenantId, 'match', namespace, text);
  }

  /** Returns all forms that {@link matchForm} may have returned for the text, also under earlier keys. */
  matchForms(namespace: string, text: string): string[] {
    return this.ring.blindIndexes(this.place.tenantId, 'match', namespace, text);
  }

  private at(recordId: string) {
    const { tenantId, table, field } = this.place;
    return { tenantId, table, rowId: recordId, field };
  }
}

/** Returns every form in which a field's normalised column may hold the text. */
export function storedNorms(f: FieldDescriptor, norm: string): string[] {
  return f.cipher ? f.cipher.norms(norm) : [norm];
}

/** Adds ciphers to the description's fields that the company encrypts, or that are being encrypted or decrypted. */
export function withCiphers(
  descriptor: RecordDescriptor,
  tenantId: string,
  encrypted: ReadonlyMap<string, FieldEncryption>,
  ring: FieldKeyRing,
): RecordDescriptor {
  const sealed = new Set<string>();
  let changed = false;
  const ciphered = withFields(descriptor, (f): FieldDescriptor => {
    const encryption = encrypted.get(f.key);
    if (!encryption || !f.storage.columns.length) return f;
    changed = true;
    const place = {
      tenantId,
      object: descriptor.key,
      table: f.line ? collectionOf(descriptor, f.line.collection)!.table : descriptor.table,
      field: f.key,
    };
    const cipher = new FieldCipher(ring, place, encryption);
    if (cipher.seals) sealed.add(f.key);
    // Sorting and searching for parts do not work on ciphertext.
    return { ...f, cipher, sortable: false, searchable: f.searchable && !cipher.seals };
  });
  if (!changed) return descriptor;
  if (!descriptor.nameFallbacks.some((key) => sealed.has(key))) return ciphered;
  return {
    ...ciphered,
    nameFallbacks: descriptor.nameFallbacks.filter((key) => !sealed.has(key)),
    // The table stores the record's name in plain text, so the name must not be composed of sealed values.
    displayName: (state, names) =>
      descriptor.displayName(
        Object.fromEntries(
          Object.entries(state).map(([key, value]) => [key, sealed.has(key) ? null : value]),
        ),
        names,
      ),
  };
}
