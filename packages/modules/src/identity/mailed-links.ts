import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import { type MailTemplates, renderMail } from '@pellucid/platform/mail';
import type { MailContent, OutboundMessage } from '@pellucid/platform/outbound';
import { hashToken, tokenOfMessage } from './secret-token.js';

/** A link that a message contains, and its hash to store. */
export interface MailedLink {
  tokenHash: string;
  url: string;
}

/** Makes mails with a secret link, in the language and time zone of the message's company. */
@Injectable()
export class MailedLinks {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
  ) {}

  /**
   * Returns the message's own link, which is the same in each attempt.
   * @param page path in the web app, e.g. `/reset-password`
   */
  linkOf(message: OutboundMessage, page: string): MailedLink {
    const token = tokenOfMessage(this.config.PELLUCID_MASTER_KEY, message.kind, message.id);
    return { tokenHash: hashToken(token), url: `${this.pageOf(page)}?token=${token}` };
  }

  /** Returns the address of a page. @param page path in the web app */
  pageOf(page: string): string {
    const base = this.config.PELLUCID_PUBLIC_URL ?? `http://localhost:${this.config.PORT}`;
    return `${base.replace(/\/$/, '')}${page}`;
  }

  /** Returns a mail in the language and time zone of the context's company. */
  async mail<Template extends keyof MailTemplates>(
    to: string,
    template: Template,
    parameters: MailTemplates[Template],
  ): Promise<MailContent> {
    const { settings } = await this.access.current();
    return { to, ...renderMail(template, parameters, settings.locale, settings.zone) };
  }
}
