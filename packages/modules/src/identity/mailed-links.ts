import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { CONFIG, type Config } from '@pellucid/platform/config';
import type { JobRun } from '@pellucid/platform/jobs';
import { MailPort, type MailTemplates, renderMail } from '@pellucid/platform/mail';
import { hashToken, tokenOfJob } from './secret-token.js';

/** A link that a job mails, and its hash to store. */
export interface MailedLink {
  tokenHash: string;
  url: string;
}

/** Sends mails with a secret link, in the language and time zone of the job's company. */
@Injectable()
export class MailedLinks {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(MailPort) private readonly mail: MailPort,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
  ) {}

  /**
   * Returns the job's own link, which is the same in each attempt.
   * @param page path in the web app, e.g. `/reset-password`
   */
  linkOf(run: JobRun, page: string): MailedLink {
    const token = tokenOfJob(this.config.PELLUCID_MASTER_KEY, run.name, run.id);
    const base = this.config.PELLUCID_PUBLIC_URL ?? `http://localhost:${this.config.PORT}`;
    return { tokenHash: hashToken(token), url: `${base.replace(/\/$/, '')}${page}?token=${token}` };
  }

  /** Sends the job's mail; each attempt of a job sends the same message. */
  async send<Template extends keyof MailTemplates>(
    run: JobRun,
    to: string,
    template: Template,
    parameters: MailTemplates[Template],
  ): Promise<void> {
    const { settings } = await this.access.current();
    const rendered = renderMail(template, parameters, settings.locale, settings.zone);
    await this.mail.send({ to, ...rendered, messageId: `${run.id}@pellucid` });
  }
}
