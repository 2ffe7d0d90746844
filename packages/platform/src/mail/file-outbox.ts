import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { MailPort, type OutgoingMail } from './mail-port.js';
import { toMimeOptions } from './mime.js';

/**
 * Writes each mail as `<time>-<id>.eml` to a folder. This is the default, so that the product runs without a mail
 * server. Files are written atomically, and a message id is written only once.
 */
export class FileOutbox extends MailPort {
  private readonly composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

  constructor(
    private readonly folder: string,
    private readonly from: string,
  ) {
    super();
  }

  async send(mail: OutgoingMail): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const id = createHash('sha256').update(mail.messageId).digest('hex').slice(0, 16);
    const files = await readdir(this.folder);
    if (files.some((file) => file.endsWith(`-${id}.eml`))) return;
    const { message } = await this.composer.sendMail(toMimeOptions(mail, this.from));
    const time = new Date().toISOString().replaceAll(':', '').replace('.', '');
    const partial = join(this.folder, `.${randomBytes(6).toString('hex')}.partial`);
    await writeFile(partial, message as Buffer, { mode: 0o600, flag: 'wx' });
    await rename(partial, join(this.folder, `${time}-${id}.eml`));
  }

  async close(): Promise<void> {}
}
