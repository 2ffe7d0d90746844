import { Readable } from 'node:stream';
import type { AccessDirectory } from '../access/index.js';
import { currentContext, runInContext } from '../context/index.js';
import { forbidden } from '../errors/index.js';

/**
 * A long answer as a stream of pieces. Each is made when the one before has been sent, in the request's own work context, and
 * only while the caller may: for whoever loses the right in between, or the log-in or key with it, the answer breaks off.
 * @param permission what the endpoint asks for
 */
export function answerStream(
  pieces: AsyncIterator<string>,
  access: AccessDirectory,
  permission: Parameters<AccessDirectory['may']>[1],
): Readable {
  // The reply reads the stream outside of the handler's own chain.
  const context = currentContext();
  const next = async () => {
    if (!access.may(await access.current(), permission))
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
