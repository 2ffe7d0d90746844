/** The import was cancelled (or has ended), so there is nothing more to do. */
export class ImportEndedError extends Error {
  override name = 'ImportEndedError';
}

/** The import cannot continue, and a retry would not help. The message is for the person. */
export class ImportImpossibleError extends Error {
  override name = 'ImportImpossibleError';
}
