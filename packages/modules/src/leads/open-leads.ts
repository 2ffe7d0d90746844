import type { Statement } from '@pellucid/platform/db';

/** Statuses of leads that nobody works on any more. */
const CLOSED = ['Qualified', 'Disqualified'];

/** Returns the statement that counts the open leads of people. */
export function openLeads(people: readonly string[]): Statement {
  return {
    text: `select owner_id as "ownerId", count(*)::int as open from lead
            where owner_id = any($1::uuid[]) and deleted_at is null and converted_at is null and status <> all($2::text[])
            group by owner_id`,
    values: [people, CLOSED],
  };
}
