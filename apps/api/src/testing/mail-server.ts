import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** Where a conversation with the mail server can be held up. */
export type MailStep = 'recipient' | 'data';

/** A real SMTP server that counts what it accepts, and can stop answering in the middle of a conversation. */
export class MailServer {
  /** Message-IDs in the order in which the server had the whole message, whether or not it could still say so. */
  readonly received: string[] = [];
  /** Whole mails by recipient. */
  readonly mails = new Map<string, string[]>();
  /** Recipients whom it refuses, with the code of the answer. */
  readonly refuses = new Map<string, number>();
  private heldAt: MailStep | undefined;
  private onHeld: () => void = () => {};

  private constructor(
    private readonly server: SMTPServer,
    readonly url: string,
  ) {}

  static async open(): Promise<MailServer> {
    let mail: MailServer;
    const server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onRcptTo: ({ address }, _session, done) => {
        const responseCode = mail.refuses.get(address);
        if (responseCode) done(Object.assign(new Error('no'), { responseCode }));
        else mail.answer('recipient', done);
      },
      onData: (stream, session, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part) => parts.push(part));
        stream.on('end', () => {
          const text = Buffer.concat(parts).toString();
          mail.received.push(/^Message-ID: <(.*)>/im.exec(text)![1]!);
          for (const { address } of session.envelope.rcptTo)
            mail.mails.set(address, [...mail.to(address), text]);
          mail.answer('data', done);
        });
      },
    });
    // Connections of killed workers break.
    server.on('error', () => {});
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.server.address() as AddressInfo;
    mail = new MailServer(server, `smtp://127.0.0.1:${port}`);
    return mail;
  }

  /** From now on the server does not answer at the step. Resolves when somebody waits for it. */
  hold(step: MailStep): Promise<void> {
    this.heldAt = step;
    return new Promise((done) => {
      this.onHeld = done;
    });
  }

  /** Answers again. Conversations that were held up get no answer any more. */
  resume(): void {
    this.heldAt = undefined;
  }

  /** Returns the mails that an address received. */
  to(address: string): string[] {
    return this.mails.get(address) ?? [];
  }

  /** Returns how often each message was received. */
  counts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const id of this.received) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.server.close(() => done()));
  }

  private answer(step: MailStep, done: () => void): void {
    if (this.heldAt === step) this.onHeld();
    else done();
  }
}
