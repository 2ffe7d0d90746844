/** Thrown when a typed text that can't be read yet is saved. The message says what to do. */
export class UnreadTextError extends Error {
  override name = 'UnreadTextError';
}

/**
 * Takes the place of a value while the typed text can't be read or has several readings. It keeps the text and can't be
 * sent: converting it to JSON or a string throws an error with the message for the user.
 */
export class UnreadText {
  constructor(
    readonly text: string,
    /** What is wrong and how to fix it. */
    readonly message: string,
  ) {}

  toJSON(): never {
    throw new UnreadTextError(this.message);
  }

  toString(): never {
    throw new UnreadTextError(this.message);
  }
}

/** The first unread text among values and lists of values; undefined if there is none. */
export function firstUnread(values: unknown[]): UnreadText | undefined {
  return values.flat(3).find((value) => value instanceof UnreadText);
}
