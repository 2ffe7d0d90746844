import type { FieldEncryption, TenantSnapshot } from '../access/index.js';
import { ENVELOPE_PREFIX, type FieldKeyRing, fieldKeyMissing } from '../crypto/index.js';
import type { FieldDescriptor, RecordDescriptor } from './descriptor.js';

/**
 * Values are sealed so long after it was decided: replicas may be a second behind with the company's definitions, and would show
 * what is sealed as it stands.
 */
export const ANNOUNCED_MS = 2_500;

/**
 * How the values of one field of one company are kept. While rows are being rewritten both forms stand in the table: reads
 * tell them apart by the envelope, equality is looked up in both.
 */
export class FieldCipher {
  constructor(
    private readonly ring: FieldKeyRing,
    private readonly place: { tenantId: string; object: string; table: string; field: string },
    private readonly encryption: FieldEncryption,
  ) {}

  /** Whether the values are to be sealed. False while a field is on its way back to plain ones. */
  get seals(): boolean {
    return this.encryption.state !== 'decrypting';
  }

  /** Whether what is written now is sealed: once every replica knows how to read it. */
  get sealsNow(): boolean {
    return this.seals && Date.now() >= this.encryption.since + ANNOUNCED_MS;
  }

  /** A stored value → the value. @throws ProblemError 503 when its key is missing or it was altered or moved */
  open(recordId: string, stored: string): string {
    return stored.startsWith(ENVELOPE_PREFIX) ? this.ring.open(this.at(recordId), stored) : stored;
  }

  /** A value → what is stored. Nothing is to be hidden of an empty text. */
  seal(recordId: string, value: string): string {
    return this.sealsNow && value !== '' ? this.ring.seal(this.at(recordId), value) : value;
  }

  /** What stands in the column of the normalised text for a value that is written now. */
  norm(norm: string | null): string | null {
    if (!this.sealsNow || norm === null || norm === '') return norm;
    return this.ring.blindIndex(this.place.tenantId, this.place.object, this.place.field, norm);
  }

  /**
   * All that may stand in the column of the normalised text for it.
   * @throws ProblemError 503 when rows are sealed under a key that is missing: they would silently not be found
   */
  norms(norm: string): string[] {
    for (const keyId of this.encryption.keyIds) if (!this.ring.has(keyId)) throw fieldKeyMissing(keyId);
    const { tenantId, object, field } = this.place;
    const sealed = norm === '' ? [] : this.ring.blindIndexes(tenantId, object, field, norm);
    return this.encryption.state === 'encrypted' && norm !== '' ? sealed : [norm, ...sealed];
  }

  private at(recordId: string) {
    const { tenantId, table, field } = this.place;
    return { tenantId, table, rowId: recordId, field };
  }
}

/** Everything that may stand in a field's column of normalised texts for this one. */
export function storedNorms(f: FieldDescriptor, norm: string): string[] {
  return f.cipher ? f.cipher.norms(norm) : [norm];
}

/** The description with ciphers on those fields of the company that are kept encrypted, or are on the way there or back. */
export function withCiphers(
  descriptor: RecordDescriptor,
  snapshot: TenantSnapshot,
  ring: FieldKeyRing,
): RecordDescriptor {
  const sealed = new Set<string>();
  let changed = false;
  const fields = descriptor.fields.map((f): FieldDescriptor => {
    const encryption = snapshot.encryption.get(`${descriptor.key}.${f.key}`);
    if (!encryption || !f.column) return f;
    changed = true;
    const place = {
      tenantId: snapshot.tenantId,
      object: descriptor.key,
      table: descriptor.table,
      field: f.key,
    };
    const cipher = new FieldCipher(ring, place, encryption);
    if (cipher.seals) sealed.add(f.key);
    // Order and parts of a text cannot be told from its cipher text.
    return { ...f, cipher, sortable: false, searchable: f.searchable && !cipher.seals };
  });
  if (!changed) return descriptor;
  const byKey = new Map(fields.map((f) => [f.key, f]));
  if (!descriptor.nameFallbacks.some((key) => sealed.has(key))) return { ...descriptor, fields, byKey };
  return {
    ...descriptor,
    fields,
    byKey,
    nameFallbacks: descriptor.nameFallbacks.filter((key) => !sealed.has(key)),
    // The name stands in the table in clear.
    displayName: (state, names) =>
      descriptor.displayName(
        Object.fromEntries(
          Object.entries(state).map(([key, value]) => [key, sealed.has(key) ? null : value]),
        ),
        names,
      ),
  };
}
