import { type FieldDescriptor, field } from '@pellucid/platform/records';

/** The reactions that people can give, by the key of the field with those who gave it. */
export const REACTIONS = {
  thumbsUp: { emoji: '👍', label: 'Thumbs up' },
  heart: { emoji: '❤️', label: 'Heart' },
  party: { emoji: '🎉', label: 'Party' },
  laugh: { emoji: '😄', label: 'Laugh' },
  eyes: { emoji: '👀', label: 'Eyes' },
  checkMark: { emoji: '✅', label: 'Check mark' },
} as const;

/** Key of a reaction. */
export type Reaction = keyof typeof REACTIONS;

/** Keys of all reactions. */
export const REACTION_KEYS = Object.keys(REACTIONS) as Reaction[];

/**
 * Returns a field for each reaction: the people who gave it, so that their names are shown under the rights of whoever reads.
 * Two people who react at once add to a list, and none replaces the other's.
 */
export const reactionFields = (): FieldDescriptor[] =>
  REACTION_KEYS.map((key) =>
    field.links(key, REACTIONS[key].label, ['member'], {
      kind: `reaction.${key}`,
      readOnly: true,
      help: `People who reacted with ${REACTIONS[key].emoji}.`,
    }),
  );
