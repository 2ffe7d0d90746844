/** The file is not a readable table; the message is for the person. */
export class TableRefusedError extends Error {
  override name = 'TableRefusedError';
}
