import type { SendMailOptions } from 'nodemailer';
import type { OutgoingMail } from './mail-port.js';

/** The message in nodemailer's terms; line breaks cannot get from a subject into the header. */
export function toMimeOptions(mail: OutgoingMail, from: string): SendMailOptions {
  return {
    from,
    to: mail.to,
    subject: mail.subject.replace(/[\r\n]+/g, ' '),
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.messageId}>`,
    // RFC 3834: nobody's absence note should answer a machine.
    headers: {
      'Auto-Submitted': 'auto-generated',
      ...(mail.locale ? { 'Content-Language': mail.locale } : {}),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
