import type { SendMailOptions } from 'nodemailer';
import type { OutgoingMail } from './mail-port.js';

/** Converts a message to nodemailer's options. Line breaks in a subject cannot inject headers. */
export function toMimeOptions(mail: OutgoingMail, from: string): SendMailOptions {
  return {
    from,
    to: mail.to,
    subject: mail.subject.replace(/[\r\n]+/g, ' '),
    text: mail.text,
    html: mail.html,
    messageId: `<${mail.messageId}>`,
    // RFC 3834: keeps auto-responders from answering.
    headers: {
      'Auto-Submitted': 'auto-generated',
      ...(mail.locale ? { 'Content-Language': mail.locale } : {}),
      ...(mail.unsubscribe
        ? {
            'List-Unsubscribe': `<${mail.unsubscribe}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          }
        : {}),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
