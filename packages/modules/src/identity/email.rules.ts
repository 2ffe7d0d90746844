import { emailKey } from '@pellucid/conditions/contact-text';

/**
 * The form in which log-in addresses are compared. Only case and the notation of the domain are folded: stripping accents or
 * dots would let one mailbox stand for another. What is no address is nobody's.
 */
export function normalizeEmail(email: string): string {
  return emailKey(email) ?? email.normalize('NFKC').toLowerCase();
}
