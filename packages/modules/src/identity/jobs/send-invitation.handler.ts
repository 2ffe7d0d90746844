import { Inject } from '@nestjs/common';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { JobHandler, type JobHandling, type JobPayload, type JobRun } from '@pellucid/platform/jobs';
import { InvitationsRepository } from '../invitations.repository.js';
import { MailedLinks } from '../mailed-links.js';
import { sendInvitationJob } from './send-invitation.job.js';

/** Stores the hash of the link and mails the link. An invitation that has been closed meanwhile sends nothing. */
@JobHandler(sendInvitationJob)
export class SendInvitationHandler implements JobHandling<typeof sendInvitationJob> {
  constructor(
    @Inject(InvitationsRepository) private readonly invitations: InvitationsRepository,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(MailedLinks) private readonly links: MailedLinks,
  ) {}

  async handle({ invitationId }: JobPayload<typeof sendInvitationJob>, run: JobRun): Promise<void> {
    const link = this.links.linkOf(run, '/accept-invite');
    const invited = await this.work.run((uow) => this.invitations.arm(uow, invitationId, link.tokenHash));
    if (!invited) return;
    const { email, name, companyName: company, inviter } = invited;
    const expires = new Date(invited.expiresAt);
    await this.links.send(run, email, 'invitation', {
      name,
      company,
      inviter: inviter ?? company,
      link: link.url,
      expires,
    });
  }
}
