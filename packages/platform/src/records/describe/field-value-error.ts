/** An invalid value: a code, and a sentence that says how to correct it. */
export class FieldValueError extends Error {
  override name = 'FieldValueError';
  constructor(
    readonly code: string,
    message: string,
    readonly params: Record<string, unknown> = {},
  ) {
    super(message);
  }
}
