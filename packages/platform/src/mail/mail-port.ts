/** A message ready to go. */
export interface OutgoingMail {
  to: string;
  subject: string;
  text: string;
  html: string;
  /**
   * Identifies the message for good, without angle brackets, e.g. `<uuid>@pellucid`: made when the mail is decided on, not
   * when it is sent, so that a repeated attempt is recognised as the same message (RFC 5322 §3.6.4).
   */
  messageId: string;
  /** BCP 47 language of the text, for `Content-Language`. */
  locale?: string;
}

/** Sends mail. Inject it by this class. */
export abstract class MailPort {
  /** @throws TransientError when a later attempt may succeed, PermanentError when the address or message is refused */
  abstract send(mail: OutgoingMail): Promise<void>;
  abstract close(): Promise<void>;
}
