/** A message that is ready to send. */
export interface OutgoingMail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /**
   * Permanent identifier of the message, without angle brackets, e.g. `<uuid>@pellucid`. It is made when the mail is
   * decided on, not when it is sent, so that a repeated attempt is recognised as the same message (RFC 5322 §3.6.4).
   */
  messageId: string;
  /** BCP 47 language of the text, for `Content-Language`. */
  locale?: string;
  /** Address to which a mail program posts if its user wants no such mails any more (RFC 8058). */
  unsubscribe?: string;
}

/** Sends mail. Inject it by this class. */
export abstract class MailPort {
  /**
   * Sends a message.
   * @throws TransientError when a later attempt may succeed, PermanentError when the address or message is refused,
   *   UncertainError when the message may have arrived
   */
  abstract send(mail: OutgoingMail): Promise<void>;
  abstract close(): Promise<void>;
}
