/** E-mail addresses: the only definition of an address, for fields, log-in, invitations, imports and shares. */
import { normalizeText, tidyText } from '../normalize-text.js';

/** Maximum length of an address (RFC 5321 §4.5.3.1.3, without the angle brackets). */
export const EMAIL_MAX_LENGTH = 254;

/** `atext` of RFC 5322 §3.2.3, with the letters of RFC 6532, and dots. */
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+\-/=?^_`{|}~.]{1,64}$/u;
const DOMAIN_TEXT = /^[\p{L}\p{M}\p{N}.\-\u00b7\u200c\u200d]+$/u;
/** Dots of other scripts, which name resolution treats as dots (UTS #46). */
const DOTS = /[\u3002\uff0e\uff61]/g;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/** What word processors turn ' and - into; no address contains them. */
const APOSTROPHES = /[\u2018\u2019\u02bc\uff07]/g;
const HYPHENS = /[\u2010-\u2013\u2212\uff0d]/g;
/** Marks of writing direction, which phones put around what is copied from them. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

interface Address {
  local: string;
  domain: string;
  /** The domain as used in DNS: lower case, international labels in Punycode. */
  asciiDomain: string;
}

/**
 * Returns the bare address of what people paste: `Ann <ann@example.com>;`, `mailto:ann@example.com?subject=x`,
 * `<ann@example.com>,`. A text in none of these notations is returned trimmed.
 */
export function bareEmail(text: string): string {
  const straight = text
    .normalize('NFC')
    .replace(DIRECTION, '')
    .replace(APOSTROPHES, "'")
    .replace(HYPHENS, '-');
  let bare = trimMarks(tidyText(straight));
  const open = bare.lastIndexOf('<');
  if (open >= 0 && bare.endsWith('>') && !holdsAddress(bare.slice(0, open)))
    bare = trimMarks(tidyText(bare.slice(open + 1, -1)));
  if (/^mailto:/i.test(bare)) bare = tidyText(unescaped(bare.slice('mailto:'.length).split('?')[0]!));
  return trimMarks(bare);
}

/**
 * Whether the text before the last address of a list contains another one. The name of a person may also be an address.
 */
function holdsAddress(before: string): boolean {
  const unquoted = before.replace(/"[^"]*"/g, '');
  const at = unquoted.indexOf('@');
  return /[<>]/.test(unquoted) || (at >= 0 && /[;,]/.test(unquoted.slice(at)));
}

/** Removes separators of address lists at both ends. */
function trimMarks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && /[;,\s]/.test(text[start]!)) start++;
  while (end > start && /[;,\s]/.test(text[end - 1]!)) end--;
  return text.slice(start, end);
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Finds the address in a text. @returns the address as it is stored; undefined if there is none, or more than one */
export function readEmail(text: string): string | undefined {
  const address = addressIn(text);
  return address && `${address.local}@${address.domain}`;
}

/**
 * Returns the form in which addresses are compared: in lower case, with the domain as used in DNS. Accents and dots of
 * the local part stay, since they distinguish mailboxes.
 * @returns undefined if the text is not an address
 */
export function emailKey(text: string): string | undefined {
  const address = addressIn(text);
  // Not NFKC: a ligature or a full-width letter is another mailbox, and its owner must not get access to this one.
  return address && `${address.local.toLowerCase()}@${address.asciiDomain}`;
}

/** Whether both texts mean the same mailbox. */
export function isSameEmail(a: string, b: string): boolean {
  const key = emailKey(a);
  return key === undefined ? normalizeText(a) === normalizeText(b) : key === emailKey(b);
}

function addressIn(text: string): Address | undefined {
  // Long texts are not addresses, and would be slow to search.
  if (text.length > 2000) return undefined;
  const bare = bareEmail(text);
  const at = bare.lastIndexOf('@');
  const local = bare.slice(0, at);
  if (at < 1 || bare.length > EMAIL_MAX_LENGTH || !LOCAL_PART.test(local)) return undefined;
  const domain = bare
    .slice(at + 1)
    .replace(DOTS, '.')
    .replace(/\.$/, '');
  const asciiDomain = asciiOf(domain);
  return asciiDomain === undefined ? undefined : { local, domain, asciiDomain };
}

/** Converts a domain to its form in DNS. @returns undefined if the domain cannot exist in DNS */
function asciiOf(domain: string): string | undefined {
  if (!DOMAIN_TEXT.test(domain) || !URL.canParse(`http://${domain}`)) return undefined;
  const ascii = new URL(`http://${domain}`).hostname;
  const labels = ascii.split('.');
  const top = labels.at(-1)!;
  if (ascii.length > 253 || !labels.every((label) => LABEL.test(label)) || /^\d+$/.test(top))
    return undefined;
  return labels.length > 1 || ascii === 'localhost' ? ascii : undefined;
}
