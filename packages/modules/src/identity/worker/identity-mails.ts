import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { UnitOfWorkFactory } from '@pellucid/platform/db';
import { type MailContent, OutboundComposers, type OutboundMessage } from '@pellucid/platform/outbound';
import { CONFIRMATION_MINUTES, IdentitiesRepository, RESET_MINUTES } from '../identities.repository.js';
import { InvitationsRepository } from '../invitations.repository.js';
import { hashToken } from '../secret-token.js';
import { MailedLinks } from '../mailed-links.js';
import { confirmationMail } from '../outbound/confirmation.mail.js';
import { invitationMail } from '../outbound/invitation.mail.js';
import { passwordChangedMail } from '../outbound/password-changed.mail.js';
import { passwordResetMail } from '../outbound/password-reset.mail.js';

/** Makes the module's mails: stores the hash of the link, and returns the mail with the link. */
@Injectable()
export class IdentityMails implements OnModuleInit {
  constructor(
    @Inject(OutboundComposers) private readonly composers: OutboundComposers,
    @Inject(IdentitiesRepository) private readonly identities: IdentitiesRepository,
    @Inject(InvitationsRepository) private readonly invitations: InvitationsRepository,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(MailedLinks) private readonly links: MailedLinks,
  ) {}

  onModuleInit(): void {
    this.composers.register(invitationMail, ({ invitationId }, message) =>
      this.invitation(invitationId, message),
    );
    this.composers.register(passwordResetMail, ({ identityId }, message) =>
      this.passwordReset(identityId, message),
    );
    this.composers.register(passwordChangedMail, ({ identityId, before }) =>
      this.passwordChanged(identityId, before),
    );
    this.composers.register(confirmationMail, ({ identityId }, message) =>
      this.confirmation(identityId, message),
    );
  }

  /** An invitation that has been closed meanwhile needs no mail. */
  private async invitation(invitationId: string, message: OutboundMessage): Promise<MailContent | null> {
    const link = this.links.linkOf(message, '/accept-invite');
    const invited = await this.work.run((uow) => this.invitations.arm(uow, invitationId, link.tokenHash));
    if (!invited) return null;
    const { email, name, companyName: company, inviter } = invited;
    return this.links.mail(email, 'invitation', {
      name,
      company,
      inviter: inviter ?? company,
      link: link.url,
      expires: new Date(invited.expiresAt),
    });
  }

  /** Goes to the stored address, never to one that somebody typed. */
  private async passwordReset(identityId: string, message: OutboundMessage): Promise<MailContent | null> {
    const identity = await this.identities.find(identityId);
    if (!identity) return null;
    const link = this.links.linkOf(message, '/reset-password');
    await this.identities.addReset(identity.id, link.tokenHash, RESET_MINUTES);
    return this.links.mail(identity.email, 'passwordReset', {
      name: identity.name,
      link: link.url,
      expires: new Date(Date.now() + RESET_MINUTES * 60_000),
    });
  }

  /** A change that was refused after all needs no mail. */
  private async passwordChanged(identityId: string, before: string): Promise<MailContent | null> {
    const identity = await this.identities.find(identityId);
    if (!identity || hashToken(identity.passwordHash) === before) return null;
    const link = this.links.pageOf('/forgot-password');
    return this.links.mail(identity.email, 'passwordChanged', { name: identity.name, link });
  }

  /** A confirmed address needs no mail. */
  private async confirmation(identityId: string, message: OutboundMessage): Promise<MailContent | null> {
    const identity = await this.identities.find(identityId);
    if (!identity || identity.emailVerifiedAt) return null;
    const link = this.links.linkOf(message, '/verify-email');
    await this.identities.addReset(identity.id, link.tokenHash, CONFIRMATION_MINUTES);
    const expires = new Date(Date.now() + CONFIRMATION_MINUTES * 60_000);
    return this.links.mail(identity.email, 'addressConfirmation', { link: link.url, expires });
  }
}
