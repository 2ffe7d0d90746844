import { isBlankText, normalizeText } from '@pellucid/conditions';
import { isSameEmail as isSameAddress } from '@pellucid/conditions/contact-text';
import type { RecordData } from '@/records/object-description';

/** The normal form in which the server also compares names. */
export function comparable(text: unknown): string {
  return normalizeText(String(text ?? ''));
}

/** Legal forms don't identify a company. */
const LEGAL_FORM =
  /[\s,]+(inc|incorporated|corp|corporation|co|company|ltd|limited|llc|llp|plc|gmbh|ag|kg|se|sa|bv|srl)\.?$/;

/** A company's name in normal form, without legal forms. */
export function companyName(text: unknown): string {
  let name = comparable(text);
  for (let shorter = name.replace(LEGAL_FORM, ''); shorter !== name; shorter = name.replace(LEGAL_FORM, ''))
    name = shorter;
  return name;
}

/** Whether an account has the lead's company name, ignoring legal forms. */
export function isSameCompany(account: RecordData, company: string): boolean {
  return company.trim() !== '' && companyName(account['name']) === companyName(company);
}

/** First and last name of a lead or contact, else the record's name. */
export function personName(record: RecordData): string {
  const parts = [record['firstName'], record['lastName']].filter(
    (part) => typeof part === 'string' && part !== '',
  );
  return parts.length ? parts.join(' ') : String(record['name'] ?? '');
}

/** Whether a contact has this e-mail address, in any notation. False for an empty address. */
export function isSameEmail(contact: RecordData, email: string): boolean {
  return !isBlankText(email) && isSameAddress(String(contact['email'] ?? ''), email);
}

/** Accounts with the lead's company name first, the others in their given order. */
export function rankAccounts(accounts: RecordData[], company: string): RecordData[] {
  const rank = (account: RecordData) => (isSameCompany(account, company) ? 0 : 1);
  return accounts.toSorted((a, b) => rank(a) - rank(b));
}

/** Contacts without duplicates: those with the e-mail first, then those with the name, then the rest. */
export function rankContacts(
  contacts: RecordData[],
  { email, name }: { email: string; name: string },
): RecordData[] {
  const unique = [...new Map(contacts.map((contact) => [contact.id, contact])).values()];
  const rank = (contact: RecordData) => {
    if (isSameEmail(contact, email)) return 0;
    return comparable(personName(contact)) === comparable(name) ? 1 : 2;
  };
  return unique.toSorted((a, b) => rank(a) - rank(b));
}
