import { queryOptions } from '@tanstack/react-query';
import { listRecords } from '@/records/api/list-records';
import { recordKeys } from '@/records/api/record-keys';
import type { RecordData } from '@/records/object-description';
import { companyName, rankAccounts, rankContacts } from '../suggestions';

const LIMIT = 10;

/** Accounts that may be the lead's company, most likely first. */
export function accountSuggestionsQuery(company: string) {
  return queryOptions({
    queryKey: [...recordKeys.lists('/accounts'), 'for-lead', company],
    queryFn: async ({ signal }) =>
      rankAccounts(
        (
          await listRecords(
            '/accounts',
            { q: companyName(company) || company, limit: LIMIT },
            undefined,
            signal,
          )
        ).data,
        company,
      ),
    enabled: company !== '',
  });
}

/** Contacts that may be the lead's person: same e-mail first, then same name. */
export function contactSuggestionsQuery(email: string, name: string) {
  return queryOptions({
    queryKey: [...recordKeys.lists('/contacts'), 'for-lead', email, name],
    queryFn: async ({ signal }): Promise<RecordData[]> => {
      const texts = [email, name].filter((text) => text !== '');
      const pages = await Promise.all(
        texts.map((q) => listRecords('/contacts', { q, limit: LIMIT }, undefined, signal)),
      );
      return rankContacts(
        pages.flatMap((page) => page.data),
        { email, name },
      );
    },
    enabled: email !== '' || name !== '',
  });
}
