import type { QueryClient } from '@tanstack/react-query';
import { listRecords } from '../api/list-records';
import { recordKeys } from '../api/record-keys';
import { choosable } from '../fields/people-to-choose';
import { type ObjectDescription, recordName } from '../object-description';

/** Returns the first people that a typed text may mean, among those whom one sees and who can log in. */
export function peopleToMention(client: QueryClient, people: ObjectDescription, typed: string) {
  const filter = choosable(people, 'logIn');
  return client.fetchQuery({
    queryKey: [...recordKeys.options(people.path, typed), 'mention', filter],
    queryFn: async ({ signal }) => {
      const request = { q: typed.trim() || undefined, limit: 8, ...(filter && { filter }) };
      const page = await listRecords(people.path, request, undefined, signal);
      return page.data.map((person) => ({ id: person.id, name: recordName(people, person) }));
    },
    staleTime: 30_000,
  });
}
