import { createTransport } from 'nodemailer';
import { PermanentError, TransientError } from '../jobs/index.js';
import { describeError } from '../observability/index.js';
import { MailPort, type OutgoingMail } from './mail-port.js';
import { toMimeOptions } from './mime.js';

/** Sends over SMTP. @param url e.g. `smtps://user:password@mail.example.com:465` */
export class SmtpMailer extends MailPort {
  private readonly transport;

  constructor(
    url: string,
    private readonly from: string,
  ) {
    super();
    // A connection pool: connections are reused for a while, and at most five are open.
    this.transport = createTransport(url.includes('?') ? `${url}&pool=true` : `${url}?pool=true`);
  }

  async send(mail: OutgoingMail): Promise<void> {
    try {
      await this.transport.sendMail(toMimeOptions(mail, this.from));
    } catch (error) {
      const { responseCode, code } = error as { responseCode?: number; code?: string };
      // RFC 5321 §4.2.1: 5yz is a permanent refusal. A refused log-in is not, because the operator may correct it.
      // EENVELOPE without a response means that the address could not even be encoded.
      const isRefused =
        responseCode === undefined ? code === 'EENVELOPE' : responseCode >= 500 && code !== 'EAUTH';
      const message =
        `mail was not sent: ${describeError(error).code ?? 'error'} ${responseCode ?? ''}`.trim();
      throw isRefused
        ? new PermanentError(message, { cause: error })
        : new TransientError(message, { cause: error });
    }
  }

  async close(): Promise<void> {
    this.transport.close();
  }
}
