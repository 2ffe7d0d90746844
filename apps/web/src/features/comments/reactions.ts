import type { RecordData } from '@/records/object-description';

/** The reactions that people can give, with the field of the comment that has those who gave it. */
export const REACTIONS = [
  ['thumbsUp', '👍'],
  ['heart', '❤️'],
  ['party', '🎉'],
  ['laugh', '😄'],
  ['eyes', '👀'],
  ['checkMark', '✅'],
] as const;

/** Key of a reaction. */
export type ReactionKey = (typeof REACTIONS)[number][0];

/** The people who gave a reaction; without a name if the user may not see who it is. Undefined if the user may not see it at all. */
export function reactedBy(comment: RecordData, key: ReactionKey): { id: string; name: string }[] | undefined {
  const people = comment[key];
  return Array.isArray(people) ? people : undefined;
}
