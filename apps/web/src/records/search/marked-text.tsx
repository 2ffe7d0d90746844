import { Mark } from '@mantine/core';
import { markedParts } from './marks';

/** A text with the words of a search marked. */
export function MarkedText({ text, q }: { text: string; q: string }) {
  return markedParts(text, q).map((part, index) =>
    part.isMarked ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other identity, and no state
      <Mark key={index}>{part.text}</Mark>
    ) : (
      part.text
    ),
  );
}
