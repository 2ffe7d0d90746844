import type { UnitOfWork } from '@pellucid/platform/db';

/** A contact and an account that it is linked to. */
export interface LinkedAccount {
  contact: string;
  account: string;
}

/**
 * Returns the living accounts that contacts are linked to, the longest-linked first. Whether the caller may know them is
 * for the caller of this function to decide.
 */
export function linkedAccounts(uow: UnitOfWork, contacts: string[]): Promise<LinkedAccount[]> {
  return uow.run<LinkedAccount>({
    text: `select ac.contact_id as contact, ac.account_id as account from account_contact ac
             join account a on a.tenant_id = ac.tenant_id and a.id = ac.account_id and a.deleted_at is null
            where ac.contact_id = any($1::uuid[]) order by ac.linked_at, ac.contact_id`,
    values: [contacts],
  });
}
