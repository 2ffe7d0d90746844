import { useQueries } from '@tanstack/react-query';
import { recordQuery } from '@/records/api/get-record';
import { type ObjectDescription, recordName } from '@/records/object-description';

/** Colours of people, in the order in which they are shown. */
const COLOURS = ['blue', 'orange', 'violet', 'green', 'pink', 'cyan', 'red', 'yellow'];
/** Colours of kinds, where only one person is shown. */
const KINDS: Record<string, string> = { meeting: 'blue', call: 'grape', task: 'teal', opportunity: 'orange' };

const colour = (name: string) => `var(--mantine-color-${name}-5)`;

/** The colour of a person among those that are shown. */
export const colourOfPerson = (people: string[], id: string | undefined): string =>
  colour(COLOURS[Math.max(0, people.indexOf(id ?? ''))] ?? 'gray');

/** The colour of an object. */
export const colourOfKind = (key: string): string => colour(KINDS[key] ?? 'gray');

/** Names of people by ID, as far as the user may see them. */
export function usePeopleNames(member: ObjectDescription | undefined, people: string[]): Map<string, string> {
  const queries = useQueries({
    queries: people.map((id) => ({
      ...recordQuery(member?.path ?? '', id),
      enabled: member !== undefined,
      retry: false,
    })),
  });
  return new Map(
    queries.flatMap(({ data }, index) =>
      data && member ? [[people[index]!, recordName(member, data)] as const] : [],
    ),
  );
}
