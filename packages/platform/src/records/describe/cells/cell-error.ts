/** A cell that cannot be read as its field's type; the message is for the person. */
export class CellError extends Error {
  override name = 'CellError';
}

/** Returns a cell's text as quoted in messages. */
export const shownText = (text: string): string => `"${text.length > 80 ? `${text.slice(0, 80)}…` : text}"`;
