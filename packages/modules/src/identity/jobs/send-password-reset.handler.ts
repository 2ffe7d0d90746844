import { Inject } from '@nestjs/common';
import { JobHandler, type JobHandling, type JobPayload, type JobRun } from '@pellucid/platform/jobs';
import { IdentitiesRepository, RESET_MINUTES } from '../identities.repository.js';
import { MailedLinks } from '../mailed-links.js';
import { sendPasswordResetJob } from './send-password-reset.job.js';

/** Stores the hash of the link and mails the link to the stored address, never to one that somebody typed. */
@JobHandler(sendPasswordResetJob)
export class SendPasswordResetHandler implements JobHandling<typeof sendPasswordResetJob> {
  constructor(
    @Inject(IdentitiesRepository) private readonly identities: IdentitiesRepository,
    @Inject(MailedLinks) private readonly links: MailedLinks,
  ) {}

  async handle({ identityId }: JobPayload<typeof sendPasswordResetJob>, run: JobRun): Promise<void> {
    const identity = await this.identities.find(identityId);
    if (!identity) return;
    const link = this.links.linkOf(run, '/reset-password');
    await this.identities.addReset(identity.id, link.tokenHash, RESET_MINUTES);
    const expires = new Date(Date.now() + RESET_MINUTES * 60_000);
    await this.links.send(run, identity.email, 'passwordReset', {
      name: identity.name,
      link: link.url,
      expires,
    });
  }
}
