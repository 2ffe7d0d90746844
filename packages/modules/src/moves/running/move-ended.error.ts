/** The move was stopped (or has ended), so there is nothing more to do. */
export class MoveEndedError extends Error {
  override name = 'MoveEndedError';
}
