/** The file is no table that can be read; the message is for the person. */
export class TableRefusedError extends Error {
  override name = 'TableRefusedError';
}
