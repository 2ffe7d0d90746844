import { Readable } from 'node:stream';
import type { AccessDirectory } from '../access/index.js';
import { currentContext, runInContext } from '../context/index.js';
import { forbidden } from '../errors/index.js';

/**
 * Streams a long response in pieces. Each piece is produced after the previous one has been sent, in the request's own
 * work context and only while the caller has the permission. If the caller loses the right, log-in or key in between,
 * the response breaks off.
 * @param permission the permission that the endpoint requires; null for none beyond a log-in
 */
export function answerStream(
  pieces: AsyncIterator<string | Uint8Array>,
  access: AccessDirectory,
  permission: Parameters<AccessDirectory['may']>[1] | null,
): Readable {
  // The reply reads the stream outside of the handler's own async chain.
  const context = currentContext();
  const next = async () => {
    const snapshot = await access.current();
    if (permission === null) access.subject(snapshot);
    else if (!access.may(snapshot, permission))
      throw forbidden('permissionMissing', 'Your rights to this response ended while it was sent.');
    return pieces.next();
  };
  return Readable.from(
    (async function* () {
      for (;;) {
        const piece = await runInContext(context, next);
        if (piece.done) return;
        yield piece.value;
      }
    })(),
    { objectMode: false },
  );
}
