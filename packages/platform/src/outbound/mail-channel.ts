import type { MailPort, OutgoingMail } from '../mail/index.js';
import type { ChannelKey, OutboundChannel } from './outbound-channel.js';

/** A mail without its identifier, which is that of the message. */
export type MailContent = Omit<OutgoingMail, 'messageId'>;

/** Mails. Their Message-ID is made from the message's id. */
export const mailChannel: ChannelKey<MailContent> = { name: 'mail' };

/** Sends messages as mails. */
export class MailChannel implements OutboundChannel<MailContent> {
  readonly key = mailChannel;

  constructor(private readonly mail: MailPort) {}

  async send(content: MailContent, id: string): Promise<void> {
    await this.mail.send({ ...content, messageId: `${id}@pellucid` });
  }
}
