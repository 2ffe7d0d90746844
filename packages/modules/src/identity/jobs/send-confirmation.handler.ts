import { Inject } from '@nestjs/common';
import { JobHandler, type JobHandling, type JobPayload, type JobRun } from '@pellucid/platform/jobs';
import { CONFIRMATION_MINUTES, IdentitiesRepository } from '../identities.repository.js';
import { MailedLinks } from '../mailed-links.js';
import { sendConfirmationJob } from './send-confirmation.job.js';

/** Stores the hash of the link and mails the link to the stored address. A confirmed address gets no mail. */
@JobHandler(sendConfirmationJob)
export class SendConfirmationHandler implements JobHandling<typeof sendConfirmationJob> {
  constructor(
    @Inject(IdentitiesRepository) private readonly identities: IdentitiesRepository,
    @Inject(MailedLinks) private readonly links: MailedLinks,
  ) {}

  async handle({ identityId }: JobPayload<typeof sendConfirmationJob>, run: JobRun): Promise<void> {
    const identity = await this.identities.find(identityId);
    if (!identity || identity.emailVerifiedAt) return;
    const link = this.links.linkOf(run, '/verify-email');
    await this.identities.addReset(identity.id, link.tokenHash, CONFIRMATION_MINUTES);
    const expires = new Date(Date.now() + CONFIRMATION_MINUTES * 60_000);
    await this.links.send(run, identity.email, 'addressConfirmation', { link: link.url, expires });
  }
}
