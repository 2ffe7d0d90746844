import { queryOptions } from '@tanstack/react-query';
import { API_ROOT } from '@/lib/api-root';
import { client } from '@/lib/transport';
import { recordKeys } from '@/records/api/record-keys';
import { type Cause, causedBy } from '@/records/api/undo';
import type { RecordReference } from '@/records/object-description';

export interface AccountContact {
  contact: RecordReference;
  role: string | null;
  isPrimary: boolean;
}

const urlOf = (accountId: string) => `${API_ROOT}/accounts/${accountId}/contacts`;

/** The contacts of an account. Uses the query key of contact lists, so that changes of contacts refetch it. */
export function accountContactsQuery(accountId: string) {
  return queryOptions({
    queryKey: [...recordKeys.lists('/contacts'), 'of-account', accountId],
    queryFn: async ({ signal }) => {
      const answer = await client.get({ url: urlOf(accountId), signal });
      return (answer as unknown as { data: AccountContact[] }).data;
    },
  });
}

/** Links a contact to the account or changes the link. Making it primary replaces the previous primary contact. */
export async function linkContact(
  accountId: string,
  contactId: string,
  link: { role?: string | null; isPrimary?: boolean },
  cause: Cause,
): Promise<void> {
  const headers = { 'Content-Type': 'application/json', ...causedBy(cause) };
  await client.put({ url: `${urlOf(accountId)}/${contactId}`, body: link, headers });
}

/** Removes the link between account and contact. If the contact was primary, another linked one becomes primary. */
export async function unlinkContact(accountId: string, contactId: string, cause: Cause): Promise<void> {
  await client.delete({ url: `${urlOf(accountId)}/${contactId}`, headers: causedBy(cause) });
}
