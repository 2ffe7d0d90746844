import { emailKey } from '@pellucid/conditions/contact-text';

/**
 * Returns the form in which log-in addresses are compared. Only case and the notation of the domain are normalised:
 * removing accents or dots would let one mailbox pass for another. A text that is not an address belongs to nobody.
 */
export function normalizeEmail(email: string): string {
  return emailKey(email) ?? email.normalize('NFKC').toLowerCase();
}
