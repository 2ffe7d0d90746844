/** Web addresses: the values of a field of type `url`. */
import { tidyText } from '../normalize-text.js';

/** Why a text is not a web address: another scheme, a name or password in it, or not an address at all. */
export type WebAddressProblem = 'scheme' | 'credentials' | 'malformed';

/**
 * Accepts http and https without user name and password; the scheme may be left out. The text is kept as it was typed.
 * @returns the address to store, or what is wrong with it
 */
export function readWebAddress(text: string): { value: string } | { problem: WebAddressProblem } {
  const value = tidyText(text);
  if (/[\s\\\p{Cc}]/u.test(value)) return { problem: 'malformed' };
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(value)?.[1]?.toLowerCase();
  // "example.com:8080" names a port, not a scheme.
  const isSchemeless = scheme === undefined || /^[a-z0-9.-]+\.[a-z0-9-]+:\d|^localhost:\d/i.test(value);
  if (!isSchemeless && scheme !== 'http' && scheme !== 'https') return { problem: 'scheme' };
  if (!isSchemeless && !/^https?:\/\/[^/]/i.test(value)) return { problem: 'malformed' };
  const whole = isSchemeless ? `https://${value.replace(/^\/\//, '')}` : value;
  if (!URL.canParse(whole)) return { problem: 'malformed' };
  const { username, password, hostname } = new URL(whole);
  // If both are empty, as in https://@example.com, URL reports neither.
  if (username || password || /^https?:\/\/[^/?#]*@/i.test(whole)) return { problem: 'credentials' };
  return hostname ? { value } : { problem: 'malformed' };
}
