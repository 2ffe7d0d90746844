import { Readable } from 'node:stream';
import { createTransport } from 'nodemailer';
import { PermanentError, TransientError, UncertainError } from '../jobs/index.js';
import { describeError } from '../observability/index.js';
import { MailPort, type OutgoingMail } from './mail-port.js';
import { toMimeOptions } from './mime.js';

/** Milliseconds until a server that doesn't answer is given up: shorter than an attempt at a message may take. */
const TIMEOUTS = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

/** Sends over SMTP. @param url e.g. `smtps://user:password@mail.example.com:465` */
export class SmtpMailer extends MailPort {
  private readonly transport;

  constructor(
    url: string,
    private readonly from: string,
  ) {
    super();
    // A connection pool: connections are reused for a while, and at most five are open.
    this.transport = createTransport({ url, pool: true, ...TIMEOUTS });
    this.transport.use('stream', noteStart);
  }

  async send(mail: OutgoingMail): Promise<void> {
    let hasStarted = false;
    const onStart = () => {
      hasStarted = true;
    };
    try {
      await this.transport.sendMail({ ...toMimeOptions(mail, this.from), onStart } as object);
    } catch (error) {
      const { responseCode, code } = error as { responseCode?: number; code?: string };
      const described = `${describeError(error).code ?? 'error'} ${responseCode ?? ''}`.trim();
      const failed = <E extends Error>(Kind: new (message: string, options: ErrorOptions) => E) =>
        Object.assign(new Kind(`mail was not sent: ${described}`, { cause: error }), {
          code: String(responseCode ?? code ?? 'error'),
        });
      // The server had the message, at least in part, and said nothing: it may have accepted it.
      if (hasStarted && responseCode === undefined) throw failed(UncertainError);
      // RFC 5321 §4.2.1: 5yz is a permanent refusal. A refused log-in is not, because the operator may correct it.
      // EENVELOPE without a response means that the address could not even be encoded.
      const isRefused =
        responseCode === undefined ? code === 'EENVELOPE' : responseCode >= 500 && code !== 'EAUTH';
      throw failed(isRefused ? PermanentError : TransientError);
    }
  }

  async close(): Promise<void> {
    this.transport.close();
  }
}

/**
 * Calls a message's `onStart` when its first byte is sent. Nodemailer begins to read a message only when the server has
 * asked for it (354 after DATA), so before that the message can't have arrived.
 */
function noteStart(mail: any, done: (error?: Error | null) => void): void {
  const { message, data } = mail;
  const open = message.createReadStream.bind(message);
  message.createReadStream = () =>
    Readable.from(
      (async function* () {
        data.onStart?.();
        yield* open();
      })(),
      { objectMode: false },
    );
  done();
}
