/** E-mail addresses: the one place that says what an address is, for fields, log-in, invitations, imports and shares. */
import { normalizeText, tidyText } from '../normalize-text.js';

/** Longest address that mail can be sent to (RFC 5321 §4.5.3.1.3, less the angle brackets). */
export const EMAIL_MAX_LENGTH = 254;

/** `atext` of RFC 5322 §3.2.3, with the letters of RFC 6532, and dots. */
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+\-/=?^_`{|}~.]{1,64}$/u;
const DOMAIN_TEXT = /^[\p{L}\p{M}\p{N}.\-\u00b7\u200c\u200d]+$/u;
/** Dots of other scripts, which name resolution takes as dots (UTS #46). */
const DOTS = /[\u3002\uff0e\uff61]/g;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/** What word processors make of ' and -, which stand in no address. */
const APOSTROPHES = /[\u2018\u2019\u02bc\uff07]/g;
const HYPHENS = /[\u2010-\u2013\u2212\uff0d]/g;

interface Address {
  local: string;
  domain: string;
  /** The domain as name servers know it: lower case, international labels in Punycode. */
  asciiDomain: string;
}

/**
 * What people paste → the bare address: `Ann <ann@example.com>;`, `mailto:ann@example.com?subject=x`, `<ann@example.com>,`.
 * What is no such notation comes back without blanks at its ends.
 */
export function bareEmail(text: string): string {
  const straight = text.normalize('NFC').replace(APOSTROPHES, "'").replace(HYPHENS, '-');
  let bare = trimMarks(tidyText(straight));
  const open = bare.lastIndexOf('<');
  if (open >= 0 && bare.endsWith('>') && !holdsAddress(bare.slice(0, open)))
    bare = trimMarks(tidyText(bare.slice(open + 1, -1)));
  if (/^mailto:/i.test(bare)) bare = tidyText(unescaped(bare.slice('mailto:'.length).split('?')[0]!));
  return trimMarks(bare);
}

/** Whether what stands before the last address of a list holds another one; the name of a person may be an address too. */
function holdsAddress(before: string): boolean {
  const unquoted = before.replace(/"[^"]*"/g, '');
  const at = unquoted.indexOf('@');
  return /[<>]/.test(unquoted) || (at >= 0 && /[;,]/.test(unquoted.slice(at)));
}

/** Separators of lists of addresses at the ends. */
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

/** @returns the address in the text as it is kept, or undefined where there is none, or more than one */
export function readEmail(text: string): string | undefined {
  const address = addressIn(text);
  return address && `${address.local}@${address.domain}`;
}

/**
 * The form in which addresses are told apart: case folded, the domain as name servers know it. Accents and dots of the
 * local part stay, since they make another mailbox.
 * @returns undefined where the text is no address
 */
export function emailKey(text: string): string | undefined {
  const address = addressIn(text);
  // Not NFKC: a ligature or a wide letter makes another mailbox, and who proves the one must not get at the other.
  return address && `${address.local.toLowerCase()}@${address.asciiDomain}`;
}

/** Whether both texts mean the same mailbox. */
export function isSameEmail(a: string, b: string): boolean {
  const key = emailKey(a);
  return key === undefined ? normalizeText(a) === normalizeText(b) : key === emailKey(b);
}

function addressIn(text: string): Address | undefined {
  // Long texts are no addresses, and are not worth looking through.
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

/** @returns undefined where no name server could know the domain */
function asciiOf(domain: string): string | undefined {
  if (!DOMAIN_TEXT.test(domain) || !URL.canParse(`http://${domain}`)) return undefined;
  const ascii = new URL(`http://${domain}`).hostname;
  const labels = ascii.split('.');
  const top = labels.at(-1)!;
  if (ascii.length > 253 || !labels.every((label) => LABEL.test(label)) || /^\d+$/.test(top))
    return undefined;
  return labels.length > 1 || ascii === 'localhost' ? ascii : undefined;
}
