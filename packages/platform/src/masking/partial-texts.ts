/** Parts of texts that are shown to people who may see the rest only on request. */

/** Replaces a hidden value, or the hidden part after the visible one. */
export const REDACTED = '•••';

/** Shows the first letters of an address, and its top-level domain. */
export function partialEmail(value: string): string {
  const at = value.lastIndexOf('@');
  if (at < 1) return REDACTED;
  const domain = value.slice(at + 1);
  const dot = domain.lastIndexOf('.');
  return `${first(value)}•••@${first(domain)}•••${dot > 0 ? domain.slice(dot) : ''}`;
}

/** Shows the last two digits of a phone number. */
export function partialPhone(value: string): string {
  return lastDigits(value, 2);
}

/** Shows the site of a web address. */
export function partialUrl(value: string): string {
  const [site, scheme, authority] = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#\\]*)/i.exec(value) ?? [];
  if (!site || site.length === value.length) return REDACTED;
  // Removes credentials before the host: they are more sensitive than the rest of the URL.
  return `${scheme}${authority!.slice(authority!.lastIndexOf('@') + 1)}/${REDACTED}`;
}

/** Shows the initials of a short text, or the last digits of a card number. */
export function partialText(value: string): string {
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
