/** Somebody tried to save a typed text that is not understood yet; the message says what to do. */
export class UnreadTextError extends Error {
  override name = 'UnreadTextError';
}

/**
 * Stands where a value would, as long as what was typed is not understood or can mean several things. It keeps the
 * text, and it cannot be sent: whoever turns it into JSON or text gets an error with the sentence for the person.
 */
export class UnreadText {
  constructor(
    readonly text: string,
    /** What is wrong and how to mend it. */
    readonly message: string,
  ) {}

  toJSON(): never {
    throw new UnreadTextError(this.message);
  }

  toString(): never {
    throw new UnreadTextError(this.message);
  }
}

/** The first unread text among values, also inside of lists; undefined where all are understood. */
export function firstUnread(values: unknown[]): UnreadText | undefined {
  return values.flat(3).find((value) => value instanceof UnreadText);
}
