import { createHmac } from 'node:crypto';
import type { FieldType } from '@pellucid/conditions';
import type { MaskingStrategy } from '../access/access.types.js';
import type { StableKeys } from '../crypto/installation-keys.js';

/** Replaces a hidden value, or the hidden part after the visible one. */
export const REDACTED = '•••';

const TEXTUAL = new Set<FieldType>(['text', 'longText', 'email', 'phone', 'url']);

/**
 * Returns the strategies that a field's type supports. Numbers, dates, choices and references have no partial form:
 * they are withheld (null, with a note in `meta.access`). Only texts can be stored encrypted.
 */
export function strategiesFor(type: FieldType): MaskingStrategy[] {
  if (TEXTUAL.has(type)) return ['partial', 'redact', 'hash', 'tokenize', 'encrypt'];
  return ['redact'];
}

/** How a field is masked if the company has no rule of its own. */
export function defaultStrategy(type: FieldType): MaskingStrategy {
  return TEXTUAL.has(type) && type !== 'longText' ? 'partial' : 'redact';
}

/** Masks values. Hashes and tokens are stable within a company and field, and meaningless outside of it. */
export class Masker {
  private readonly keys = new Map<string, Buffer>();

  /** @param stableKeys source of each company's masking key, which must not change with the master key */
  constructor(private readonly stableKeys: StableKeys) {}

  /**
   * Masks a value in its API form.
   * @returns text for text fields, null for others; null and empty values are unchanged
   */
  mask(
    tenantId: string,
    object: string,
    field: { key: string; type: FieldType },
    strategy: MaskingStrategy,
    value: unknown,
  ): unknown {
    if (value === null || value === undefined || value === '') return value ?? null;
    if (!TEXTUAL.has(field.type) || typeof value !== 'string') return Array.isArray(value) ? [] : null;
    switch (strategy) {
      case 'hash':
        return `h_${this.digest(tenantId, `hash:${object}.${field.key}`, value).slice(0, 22)}`;
      case 'tokenize':
        return this.token(tenantId, object, field.key, value);
      case 'redact':
        return REDACTED;
      default:
        return partial(field.type, value);
    }
  }

  /** Returns the token for a value of a field; the same value always has the same token. */
  token(tenantId: string, object: string, field: string, value: string): string {
    return `tok_${this.digest(tenantId, `token:${object}.${field}`, value).slice(0, 22)}`;
  }

  private digest(tenantId: string, purpose: string, value: string): string {
    let key = this.keys.get(tenantId);
    if (!key) {
      key = this.stableKeys.stable('masking', tenantId);
      if (this.keys.size > 10_000) this.keys.clear();
      this.keys.set(tenantId, key);
    }
    return createHmac('sha256', key).update(purpose).update('\0').update(value).digest('base64url');
  }
}

/** Shows enough to recognise a value one already knows, and no more. */
export function partial(type: FieldType, value: string): string {
  if (type === 'email') {
    const at = value.lastIndexOf('@');
    if (at < 1) return REDACTED;
    const domain = value.slice(at + 1);
    const dot = domain.lastIndexOf('.');
    return `${first(value)}•••@${first(domain)}•••${dot > 0 ? domain.slice(dot) : ''}`;
  }
  if (type === 'phone') return lastDigits(value, 2);
  if (type === 'url') {
    const [site, scheme, authority] = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#\\]*)/i.exec(value) ?? [];
    if (!site || site.length === value.length) return REDACTED;
    // Removes credentials before the host: they are more sensitive than the rest of the URL.
    return `${scheme}${authority!.slice(authority!.lastIndexOf('@') + 1)}/${REDACTED}`;
  }
  if (isCardNumber(value)) return lastDigits(value, 4);
  return value.length > 60 ? REDACTED : initials(value);
}

const first = (text: string) => (text ? String.fromCodePoint(text.codePointAt(0)!) : '');

/** Keeps the first character of each word with more than two characters, and none of shorter words. Blanks stay. */
function initials(value: string): string {
  let shown = '';
  for (let at = 0; at < value.length; ) {
    if (isBlank(value, at)) {
      shown += value[at++];
      continue;
    }
    let end = at + 1;
    while (end < value.length && !isBlank(value, end)) end++;
    // More than four code units are at least three characters.
    const isLong = end - at > 4 || [...value.slice(at, end)].length > 2;
    shown += isLong ? `${String.fromCodePoint(value.codePointAt(at)!)}${REDACTED}` : '•';
    at = end;
  }
  return shown;
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 ? code === 32 || (code > 8 && code < 14) : /\s/.test(text[at]!);
}

/** 12 to 19 digits with a valid check digit (ISO/IEC 7812-1, Luhn). */
function isCardNumber(value: string): boolean {
  if (value.length < 12 || !/^[\s-]*\d/.test(value)) return false;
  const digits = value.replace(/[\s-]/g, '');
  if (!/^\d{12,19}$/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** Replaces every digit except the last ones with a dot; short numbers lose all digits. */
function lastDigits(value: string, keep: number): string {
  const total = value.replace(/\D/g, '').length;
  const shown = total >= keep * 3 ? keep : 0;
  let seen = 0;
  return value.replace(/[\p{L}\p{N}]/gu, (c) => (/\d/.test(c) && ++seen > total - shown ? c : '•'));
}
