import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext, newContext, requireTenant, runInContext } from '@pellucid/platform/context';
import { type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { conflict, notFound, unprocessable } from '@pellucid/platform/errors';
import { Outbound } from '@pellucid/platform/outbound';
import { type IdempotencyRequest, RecordService, securityEventStatements } from '@pellucid/platform/records';
import { AddressProofService } from './address-proof.service.js';
import { commonPasswords } from './common-passwords.js';
import { IdentitiesRepository, type Identity } from './identities.repository.js';
import { emailJustTaken, linkNotValid, tenantSuspended } from './identity.errors.js';
import { InvitationsRepository, type InvitationView, type OpenInvitation } from './invitations.repository.js';
import { invitationMail } from './outbound/invitation.mail.js';
import type { Device } from './device.js';
import { type Entry, LogInService } from './log-in.service.js';
import { LogInThrottle } from './log-in-throttle.js';
import { type MemberRow, MembersRepository } from './members.repository.js';
import { PasswordHasher } from './password-hasher.js';
import { passwordProblems } from './password.rules.js';
import { RoleGrants } from './role-grants.js';

/** Whom to invite, and with which roles. */
export interface InvitationWish {
  email: string;
  name: string;
  roleIds: string[];
}

/** An invitation as shown to whoever has its link. */
export interface InvitationLook {
  company: string;
  /** The person's name as written by whoever invited them. */
  name: string;
  email: string;
  /** Whether the person already has a log-in, and must enter its password. */
  hasLogIn: boolean;
  /** ISO 8601. */
  expiresAt: string;
}

/** Invites people to a company by e-mail. */
@Injectable()
export class InvitationsService implements OnModuleInit {
  constructor(
    @Inject(InvitationsRepository) private readonly invitations: InvitationsRepository,
    @Inject(IdentitiesRepository) private readonly identities: IdentitiesRepository,
    @Inject(MembersRepository) private readonly members: MembersRepository,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(Outbound) private readonly outbound: Outbound,
    @Inject(PasswordHasher) private readonly passwords: PasswordHasher,
    @Inject(LogInService) private readonly logIn: LogInService,
    @Inject(LogInThrottle) private readonly throttle: LogInThrottle,
    @Inject(RoleGrants) private readonly grants: RoleGrants,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(RecordService) private readonly records: RecordService,
    @Inject(AddressProofService) private readonly proofs: AddressProofService,
  ) {}

  onModuleInit(): void {
    this.records.participate({
      name: 'identity.invited-address',
      objects: ['member'],
      phase: 'effects',
      order: 950,
      // A link proves only the address to which it was mailed.
      statements: ({ operation }, written) =>
        operation === 'update'
          ? this.invitations.voiding(written.filter((row) => row.changed('email')).map((row) => row.id))
          : [],
    });
  }

  /**
   * Invites a person: a new member, or one who has no log-in yet (for example from an import). A job sends the mail.
   * @throws ProblemError 409 for somebody who is already a member or invited, 422 for an unknown role, 403 for a role
   *   that the caller may not assign, including one that a former member has
   */
  async invite(wish: InvitationWish, idempotency?: IdempotencyRequest): Promise<InvitationView> {
    await this.grants.assertGrantable(wish.roleIds);
    await this.mayInvite(wish.email);
    const { body } = await this.records.unit(idempotency, async (uow) => {
      const existing = await this.members.findByEmail(uow, wish.email);
      if (existing?.status === 'active' && existing.identityId)
        throw conflict('alreadyMember', `${wish.email} already belongs to a member.`, {
          memberId: existing.id,
        });
      if (existing?.status === 'invited')
        throw conflict('alreadyInvited', `${wish.email} is already invited. Resend the invitation instead.`, {
          memberId: existing.id,
        });
      await this.grants.assertTakable((existing?.roleIds ?? []).filter((id) => !wish.roleIds.includes(id)));
      const memberId = existing?.id ?? (await this.members.add(uow, { ...wish, status: 'invited' }));
      if (existing) await this.members.change(uow, existing.id, { status: 'invited' });
      await this.members.holdRights(uow);
      await this.grants.assertKnown(
        wish.roleIds,
        undefined,
        await this.members.rolesThere(uow, wish.roleIds),
      );
      await this.members.setRoles(uow, memberId, wish.roleIds);
      await uow.together(
        securityEventStatements([
          {
            verb: 'memberInvited',
            object: 'member',
            recordId: memberId,
            changes: { roleIds: { after: wish.roleIds } },
          },
        ]),
      );
      return { status: 201, body: await this.send(uow, memberId) };
    });
    return body;
  }

  /**
   * Creates a new link and mails it; the old one is no longer valid.
   * @throws ProblemError 404, 409, 403 when the link would grant roles that the caller may not assign
   */
  async resend(memberId: string): Promise<InvitationView> {
    return this.work.run(async (uow) => {
      const { roleIds, email } = await this.invited(uow, memberId);
      await this.grants.assertGrantable(roleIds);
      await this.mayInvite(email ?? memberId);
      return this.send(uow, memberId);
    });
  }

  /**
   * Revokes an invitation. The member stays, inactive, because records may refer to them.
   * @throws ProblemError 404, 409, 403
   */
  async revoke(memberId: string): Promise<void> {
    await this.work.run(async (uow) => {
      const { roleIds } = await this.invited(uow, memberId);
      await this.grants.assertTakable(roleIds);
      await this.invitations.revoke(uow, memberId);
      await this.members.change(uow, memberId, { status: 'inactive' });
    });
    this.access.forget(requireTenant());
  }

  /**
   * Joins the company. A new address gets a log-in with the given password. An address with a confirmed log-in proves
   * its own password, which does not change. The link proves the address, so a log-in that somebody created for it
   * without proof is taken over with the given password.
   * @throws ProblemError 401 for a wrong password of an existing log-in, 403 for a suspended company, 422 for a link
   *   that is not valid or a password that is not acceptable, 429
   */
  async accept(given: { token: string; name: string; password: string }, device: Device): Promise<Entry> {
    await this.throttle.link(device.ip);
    const invitation = await this.invitations.findByToken(given.token);
    if (!invitation) throw linkNotValid();
    if (invitation.tenantStatus !== 'active') throw tenantSuspended();
    const existing = await this.identities.findByEmail(invitation.email);
    if (existing?.emailVerifiedAt) await this.logIn.prove(existing, invitation.email, given.password, device);
    const passwordHash = existing?.emailVerifiedAt
      ? existing.passwordHash
      : await this.newPassword(invitation, given);
    if (existing && !existing.emailVerifiedAt)
      await this.proofs.takeOver(existing, invitation, given.token, passwordHash);
    const identityId = await this.join(invitation, given, existing, passwordHash);
    const [identity, memberships] = await Promise.all([
      this.identities.find(identityId),
      this.identities.memberships(identityId),
    ]);
    const membership = memberships.find((m) => m.memberId === invitation.memberId)!;
    return this.logIn.enter({ ...identity!, passwordHash }, membership, device, 'invitation');
  }

  /**
   * Shows an invitation to whoever has its link.
   * @throws ProblemError 403 for a suspended company, 422 for a link that is not valid, 429
   */
  async lookUp(token: string, device: Device): Promise<InvitationLook> {
    await this.throttle.link(device.ip);
    const invitation = await this.invitations.findByToken(token);
    if (!invitation) throw linkNotValid();
    if (invitation.tenantStatus !== 'active') throw tenantSuspended();
    const existing = await this.identities.findByEmail(invitation.email);
    return {
      company: invitation.tenantName,
      name: invitation.memberName,
      email: invitation.email,
      hasLogIn: Boolean(existing?.emailVerifiedAt),
      expiresAt: invitation.expiresAt,
    };
  }

  /**
   * Limits how much a company can mail to strangers (strictly until one of its members has confirmed their address),
   * and to any one of them.
   * @throws ProblemError 429
   */
  private async mayInvite(email: string): Promise<void> {
    const tenantId = requireTenant();
    await this.throttle.invitation(tenantId, await this.identities.hasProvenMember(tenantId), email);
  }

  /** Checks a new password and hashes it. @returns the hash @throws ProblemError 422 */
  private async newPassword(
    { email, tenantName }: OpenInvitation,
    { name, password }: { name: string; password: string },
  ): Promise<string> {
    const common = await commonPasswords();
    const owner = { email, name, companyNames: [tenantName] };
    const problems = passwordProblems(password, owner, common);
    if (problems.length) throw unprocessable(problems);
    return this.passwords.hash(password);
  }

  /** Commits link, log-in and membership together. @returns the identity's id */
  private async join(
    invitation: OpenInvitation,
    given: { token: string; name: string },
    existing: Identity | null,
    passwordHash: string,
  ): Promise<string> {
    const { tenantId, memberId, email } = invitation;
    const context = newContext({
      correlationId: currentContext().correlationId,
      tenantId,
      actor: { kind: 'member', id: memberId },
      origin: currentContext().origin,
    });
    return runInContext(context, async () => {
      const identityId = await this.work.run(async (uow) => {
        if (!(await this.invitations.accept(uow, invitation.id, given.token))) throw linkNotValid();
        const id =
          existing?.id ??
          (await this.identities.create(uow, { email, name: given.name, passwordHash }, true));
        if (!id) throw emailJustTaken();
        await this.members.change(uow, memberId, { name: given.name, status: 'active' });
        await this.members.link(uow, memberId, id);
        await uow.together(
          securityEventStatements([{ verb: 'invitationAccepted', object: 'member', recordId: memberId }]),
        );
        return id;
      });
      this.access.forget(tenantId);
      return identityId;
    });
  }

  private async send(uow: UnitOfWork, memberId: string): Promise<InvitationView> {
    const invitation = await this.invitations.add(uow, memberId);
    await this.outbound.request(
      uow,
      invitationMail,
      { invitationId: invitation.id },
      { recipientId: memberId },
    );
    return invitation;
  }

  /** Returns an invited member. @throws ProblemError 404 for an unknown member, 409 for one who is not invited */
  private async invited(uow: UnitOfWork, memberId: string): Promise<MemberRow> {
    const member = await this.members.find(uow, memberId);
    if (!member) throw notFound('The member');
    if (member.status !== 'invited')
      throw conflict(
        'notInvited',
        'This member has no open invitation. Invite them by their e-mail address.',
      );
    return member;
  }
}
