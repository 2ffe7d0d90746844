import { createHmac } from 'node:crypto';
import { LruMap } from '@pellucid/conditions';
import type { MaskingStrategy } from '../access/access.types.js';
import type { StableKeys } from '../crypto/installation-keys.js';
import { REDACTED } from './partial-texts.js';

/** How values of a field type can be masked. Only texts can be stored encrypted. */
export interface MaskingTraits {
  /** Strategies to choose from. */
  readonly strategies: readonly MaskingStrategy[];
  /** How a field is masked if the company has no rule of its own. */
  readonly byDefault: MaskingStrategy;
  /**
   * Shows enough of a text to recognise a value one already knows, and no more. Undefined for values that have no partial
   * form (numbers, dates, choices, references): they are withheld (null, with a note in `meta.access`).
   */
  readonly partial?: (text: string) => string;
}

/** The traits of values that are withheld as a whole. */
export const WITHHELD: MaskingTraits = { strategies: ['redact'], byDefault: 'redact' };

/** Returns the traits of texts. @param partial see {@link MaskingTraits.partial} */
export function maskedText(
  partial: (text: string) => string,
  byDefault: MaskingStrategy = 'partial',
): MaskingTraits {
  return { strategies: ['partial', 'redact', 'hash', 'tokenize', 'encrypt'], byDefault, partial };
}

/** Maximum number of companies whose keys are kept: about 200 bytes each. */
const MAX_KEYS = 10_000;

/** Masks values. Hashes and tokens are stable within a company and field, and meaningless outside of it. */
export class Masker {
  private readonly keys = new LruMap<string, Buffer>(MAX_KEYS);

  /** @param stableKeys source of each company's masking key, which must not change with the master key */
  constructor(private readonly stableKeys: StableKeys) {}

  /**
   * Masks a value in its API form.
   * @returns text for text fields, null for others; null and empty values are unchanged
   */
  mask(
    tenantId: string,
    object: string,
    field: { key: string; traits: { masking: MaskingTraits } },
    strategy: MaskingStrategy,
    value: unknown,
  ): unknown {
    if (value === null || value === undefined || value === '') return value ?? null;
    const { partial } = field.traits.masking;
    if (!partial || typeof value !== 'string') return Array.isArray(value) ? [] : null;
    switch (strategy) {
      case 'hash':
        return `h_${this.digest(tenantId, `hash:${object}.${field.key}`, value).slice(0, 22)}`;
      case 'tokenize':
        return this.token(tenantId, object, field.key, value);
      case 'redact':
        return REDACTED;
      default:
        return partial(value);
    }
  }

  /** Returns the token for a value of a field; the same value always has the same token. */
  token(tenantId: string, object: string, field: string, value: string): string {
    return `tok_${this.digest(tenantId, `token:${object}.${field}`, value).slice(0, 22)}`;
  }

  private digest(tenantId: string, purpose: string, value: string): string {
    const key = this.keys.getOrMake(tenantId, () => this.stableKeys.stable('masking', tenantId));
    return createHmac('sha256', key).update(purpose).update('\0').update(value).digest('base64url');
  }
}
