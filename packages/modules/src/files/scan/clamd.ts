import { connect, type Socket } from 'node:net';
import { once } from 'node:events';

/** What a scan found: the name of the signature that matched, or null for clean content. */
export interface ScanResult {
  signature: string | null;
}

/** The scanner could not be asked, or did not answer. Another attempt may succeed. */
export class ScannerUnavailableError extends Error {
  override name = 'ScannerUnavailableError';
}

/** The scanner refused the content, for instance because it is larger than its StreamMaxLength. */
export class ScanRefusedError extends Error {
  override name = 'ScanRefusedError';
}

/** Milliseconds without any progress after which a scan is given up. */
const SILENCE_MS = 120_000;

/** Scans content with the daemon of ClamAV, by its command INSTREAM (man clamd): pieces with their lengths, then an empty one. */
export class Clamd {
  constructor(
    private readonly host: string,
    private readonly port: number,
  ) {}

  /** @throws ScannerUnavailableError, ScanRefusedError; or any error of the content */
  async scan(content: AsyncIterable<Buffer>): Promise<ScanResult> {
    const socket = connect(this.port, this.host);
    socket.setTimeout(SILENCE_MS, () => socket.destroy(new Error('the scanner is silent')));
    const answer = answerOf(socket);
    // It is awaited below; the content may fail first.
    answer.catch(() => {});
    try {
      await once(socket, 'connect');
      await send(socket, Buffer.from('zINSTREAM\0'));
      for await (const piece of content) {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(piece.length);
        // A scanner that has seen enough answers and closes: its answer counts.
        if (!socket.writable) break;
        await send(socket, Buffer.concat([length, piece]));
      }
      if (socket.writable) await send(socket, Buffer.alloc(4));
    } catch (error) {
      if (!isOfSocket(error)) throw error;
      // The answer says more than the broken connection, if there is one.
    } finally {
      if (socket.errored && !socket.connecting) socket.destroy();
    }
    return resultOf(await answer.finally(() => socket.destroy()));
  }
}

const isOfSocket = (error: unknown) =>
  [
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ENOTFOUND',
    'ETIMEDOUT',
    'EHOSTUNREACH',
    'EAI_AGAIN',
    'ERR_STREAM_DESTROYED',
  ].includes(String((error as { code?: unknown }).code));

/** Writes bytes, and waits while the scanner is slower. */
async function send(socket: Socket, bytes: Buffer): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

/** Returns all that the scanner says until it closes the connection. */
function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    let problem: Error | undefined;
    socket.setEncoding('utf8');
    socket.on('data', (piece: string) => {
      text += piece;
      if (text.includes('\0')) socket.end();
    });
    socket.on('error', (error) => {
      problem = error;
    });
    socket.on('close', () => {
      if (text.includes('\0')) resolve(text.slice(0, text.indexOf('\0')));
      else
        reject(
          new ScannerUnavailableError(
            `the scanner did not answer: ${problem?.message ?? 'it closed the connection'}`,
          ),
        );
    });
  });
}

function resultOf(answer: string): ScanResult {
  const [, signature] = /^stream: (.+) FOUND$/.exec(answer) ?? [];
  if (signature !== undefined) return { signature };
  if (answer === 'stream: OK') return { signature: null };
  throw new ScanRefusedError(`the scanner said: ${answer.slice(0, 200)}`);
}
