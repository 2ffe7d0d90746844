import { z } from 'zod';

/** What may be an address to log in with: ASCII, one `@`, at most 254 characters (RFC 5321 §4.5.3.1.3). */
export const emailSchema = z.email('is no e-mail address: give one like ann@example.com').max(254);

/**
 * The form in which log-in addresses are compared. Only case is folded: stripping accents or dots, as record search does,
 * would let one mailbox stand for another.
 */
export function normalizeEmail(email: string): string {
  return email.normalize('NFKC').toLowerCase();
}
