import { createHmac, hkdfSync } from 'node:crypto';
import { LruMap } from '@pellucid/conditions';
import { ProblemError } from '../errors/index.js';
import { open, SEALED_MIN_BYTES, seal } from './aead.js';

/** Where a sealed value is stored. It cannot be opened for any other row, field, table or company. */
export interface SealedPlace {
  tenantId: string;
  table: string;
  rowId: string;
  field: string;
}

/** Prefix of every sealed value. A plain value must not begin with it. */
export const ENVELOPE_PREFIX = 'enc.v1.';

/** Form of a key's id: short, and without the dot that separates the parts of an envelope. */
const KEY_ID = /^[a-z0-9][a-z0-9-]{0,31}$/;
const ENVELOPE = /^enc\.v1\.([a-z0-9][a-z0-9-]{0,31})\.([A-Za-z0-9_-]+)$/;
const KEY_BYTES = 32;

/** Maximum number of derived keys in the cache: about 200 bytes each. */
const MAX_DERIVED = 20_000;

/** Thrown when a text is not a valid list of keys. The message says how to correct it and contains no key. */
export class FieldKeysError extends Error {
  override name = 'FieldKeysError';
}

/**
 * Parses `k2:<base64>,k1:<base64>`: keys of 32 random bytes, the first one active.
 * @throws FieldKeysError when the text is not valid
 */
export function parseFieldKeys(text: string): Map<string, Buffer> {
  const keys = new Map<string, Buffer>();
  for (const part of text
    .split(',')
    .map((p) => p.trim())
    .filter(Boolean)) {
    const colon = part.indexOf(':');
    const id = part.slice(0, Math.max(colon, 0));
    if (!KEY_ID.test(id))
      throw new FieldKeysError(
        'each key must have the form <id>:<base64>, with an ID of lower-case letters, digits and dashes, e.g. k1:…',
      );
    const key = Buffer.from(part.slice(colon + 1), 'base64');
    if (key.length !== KEY_BYTES)
      throw new FieldKeysError(
        `key "${id}" must be 32 random bytes in base64, e.g. \`openssl rand -base64 32\``,
      );
    if (keys.has(id)) throw new FieldKeysError(`key "${id}" is listed twice`);
    keys.set(id, key);
  }
  return keys;
}

/** Returns the key id in a sealed value; undefined if the text is not sealed. */
export function keyIdOf(stored: string): string | undefined {
  return ENVELOPE.exec(stored)?.[1];
}

/** 503: values are sealed with a key that this installation does not have (or no longer has). */
export function fieldKeyMissing(keyId: string): ProblemError {
  return new ProblemError(
    503,
    'fieldKeyMissing',
    'Key missing',
    `Encrypted values need the field key "${keyId}", which isn't configured. The operator must add it back to PELLUCID_FIELD_KEYS (\`npm run keys:check\` lists what it locks).`,
    { keyId },
  );
}

/**
 * The installation's versioned keys for encrypted fields. Each company has its own data keys, derived by HKDF (RFC
 * 5869). Equality is looked up by a keyed hash (a blind index), whose keys are derived separately.
 */
export class FieldKeyRing {
  private readonly keys: Map<string, Buffer>;
  private readonly derived = new LruMap<string, Buffer>(MAX_DERIVED);

  /** @param text see {@link parseFieldKeys}; without keys, nothing can be sealed or opened */
  constructor(text = '') {
    this.keys = parseFieldKeys(text);
  }

  /** Ids of all keys, the active one first. */
  get keyIds(): string[] {
    return [...this.keys.keys()];
  }

  /** Id of the key that seals new values; undefined when there is none. */
  get activeKeyId(): string | undefined {
    return this.keys.keys().next().value;
  }

  /** Whether the key is configured. */
  has(keyId: string): boolean {
    return this.keys.has(keyId);
  }

  /** Seals a text with the active key: `enc.v1.<key id>.<base64url of nonce, tag and ciphertext>`. */
  seal(place: SealedPlace, plain: string): string {
    const keyId = this.activeKeyId;
    if (keyId === undefined) throw fieldKeyMissing('(any)');
    const sealed = seal(this.dataKey(keyId, place.tenantId), Buffer.from(plain), aadOf(place));
    return `${ENVELOPE_PREFIX}${keyId}.${sealed.toString('base64url')}`;
  }

  /**
   * Opens a sealed text.
   * @throws ProblemError 503 `fieldKeyMissing` naming the key, or `sealedValueBroken` for one that was altered or moved
   */
  open(place: SealedPlace, stored: string): string {
    const match = ENVELOPE.exec(stored);
    const sealed = match && Buffer.from(match[2]!, 'base64url');
    if (!sealed || sealed.length < SEALED_MIN_BYTES) throw sealedValueBroken(place);
    const keyId = match[1]!;
    if (!this.keys.has(keyId)) throw fieldKeyMissing(keyId);
    try {
      return open(this.dataKey(keyId, place.tenantId), sealed, aadOf(place)).toString('utf8');
    } catch {
      throw sealedValueBroken(place);
    }
  }

  /**
   * Returns the blind index of a normalised text under the active key: the hash by which equal values are found. Equal
   * texts of a field have the same hash; hashes of different fields or companies are unrelated.
   */
  blindIndex(tenantId: string, object: string, field: string, norm: string): string {
    const keyId = this.activeKeyId;
    if (keyId === undefined) throw fieldKeyMissing('(any)');
    return this.indexUnder(keyId, tenantId, object, field, norm);
  }

  /** Returns the blind index under every key, because a row that has not been rotated yet has an older one. */
  blindIndexes(tenantId: string, object: string, field: string, norm: string): string[] {
    return this.keyIds.map((keyId) => this.indexUnder(keyId, tenantId, object, field, norm));
  }

  private indexUnder(keyId: string, tenantId: string, object: string, field: string, norm: string): string {
    const key = this.derive(keyId, tenantId, `pellucid:blind-index:${object}.${field}`);
    return `bi_${keyId}_${createHmac('sha256', key).update(norm).digest('base64url')}`;
  }

  private dataKey(keyId: string, tenantId: string): Buffer {
    return this.derive(keyId, tenantId, 'pellucid:field-data');
  }

  private derive(keyId: string, tenantId: string, purpose: string): Buffer {
    const name = `${keyId}/${tenantId}/${purpose}`;
    return this.derived.getOrMake(name, () => {
      const master = this.keys.get(keyId);
      if (!master) throw fieldKeyMissing(keyId);
      return Buffer.from(hkdfSync('sha256', master, tenantId, purpose, KEY_BYTES));
    });
  }
}

/** The parts are ids and names of columns, so none contains the separator. */
function aadOf({ tenantId, table, rowId, field }: SealedPlace): string {
  return `${tenantId}|${table}|${rowId}|${field}`;
}

function sealedValueBroken({ table, rowId, field }: SealedPlace): ProblemError {
  return new ProblemError(
    503,
    'sealedValueBroken',
    "Encrypted value can't be decrypted",
    `The encrypted value of "${field}" in ${table} ${rowId} was altered, moved or encrypted with other keys of the same name. Tell the operator (\`npm run keys:check\` lists such values).`,
  );
}
