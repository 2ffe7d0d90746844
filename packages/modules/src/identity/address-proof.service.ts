import { Inject, Injectable } from '@nestjs/common';
import { currentContext } from '@pellucid/platform/context';
import { type Statement, type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { conflict } from '@pellucid/platform/errors';
import { Outbound } from '@pellucid/platform/outbound';
import { AccessDirectory } from '@pellucid/platform/access';
import { AddressProofsRepository, type LinkUse, type ProvenAddress } from './address-proofs.repository.js';
import type { Device } from './device.js';
import { IdentitiesRepository, type Identity, type Membership } from './identities.repository.js';
import { addressConfirmed, linkNotValid, linkOfAnother, sessionEnded } from './identity.errors.js';
import type { OpenInvitation } from './invitations.repository.js';
import { confirmationMail } from './outbound/confirmation.mail.js';
import { LogInThrottle } from './log-in-throttle.js';
import { hashToken } from './secret-token.js';
import { memberEvent } from './security-log.js';
import { SessionEnds } from './session-ends.js';
import { SessionsRepository } from './sessions.repository.js';

/** Proves that people own the address they log in with (ADR 0017). */
@Injectable()
export class AddressProofService {
  constructor(
    @Inject(AddressProofsRepository) private readonly proofs: AddressProofsRepository,
    @Inject(IdentitiesRepository) private readonly identities: IdentitiesRepository,
    @Inject(SessionsRepository) private readonly sessions: SessionsRepository,
    @Inject(SessionEnds) private readonly ends: SessionEnds,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(Outbound) private readonly outbound: Outbound,
    @Inject(LogInThrottle) private readonly throttle: LogInThrottle,
  ) {}

  /** Mails the link that confirms the person's address. The mail is asked for in the given transaction. */
  async askFor(uow: UnitOfWork, identityId: string, memberId: string): Promise<void> {
    await this.outbound.request(uow, confirmationMail, { identityId }, { recipientId: memberId });
  }

  /** Mails the link to the caller again. @throws ProblemError 409 when the address is already confirmed, 429 */
  async resend(): Promise<void> {
    const identity = await this.caller();
    if (identity.emailVerifiedAt) throw addressConfirmed();
    await this.throttle.confirmation(identity.id);
    await this.work.run((uow) => this.askFor(uow, identity.id, currentContext().memberId!));
  }

  /**
   * Confirms the caller's own address with a mailed link. The caller knows the password and can read the mail, so they
   * keep the log-in as it is; their sessions elsewhere end.
   * @throws ProblemError 409 when the link belongs to another log-in, 422 for a link that is not valid, 429
   */
  async confirm(token: string, device: Device): Promise<void> {
    await this.throttle.link(device.ip);
    const identity = await this.caller();
    const owner = await this.identities.findByReset(hashToken(token));
    if (!owner) throw linkNotValid();
    if (owner.id !== identity.id) throw linkOfAnother();
    const sessionId = currentContext().sessionId!;
    // Another replica may have ended the session less than a second ago.
    if (!(await this.sessions.proofOf(sessionId))?.isAlive) throw sessionEnded();
    await this.use(identity, token, { keepSessionId: sessionId }, 'addressConfirmed');
  }

  /**
   * Uses a mailed link.
   * @param verb name of the event in the log
   * @throws ProblemError 422 for a link that has been used meanwhile
   */
  async use(identity: Identity, token: string, use: LinkUse, verb: string): Promise<void> {
    const memberships = await this.identities.memberships(identity.id);
    const proven = await this.proofs.byLink(identity.id, hashToken(token), use, (outcome) =>
      told(memberships, verb, outcome),
    );
    if (!proven) throw linkNotValid();
    this.forget(proven);
  }

  /**
   * Takes over the log-in of an invited address that nobody has proven.
   * @throws ProblemError 409 when somebody else proves it at the same time
   */
  async takeOver(
    identity: Identity,
    invitation: OpenInvitation,
    token: string,
    passwordHash: string,
  ): Promise<void> {
    const memberships = await this.identities.memberships(identity.id);
    const proven = await this.proofs.byInvitation(
      identity.id,
      invitation.id,
      hashToken(token),
      passwordHash,
      (outcome) => told(memberships, 'addressConfirmed', outcome),
    );
    if (!proven) throw conflict('writeConflict', 'This address was confirmed at the same moment. Try again.');
    this.forget(proven);
  }

  private async caller(): Promise<Identity> {
    const { identityId } = currentContext();
    const identity = identityId ? await this.identities.find(identityId) : null;
    if (!identity) throw sessionEnded();
    return identity;
  }

  private forget({ endedSessions, revokedKeys }: ProvenAddress): void {
    this.ends.forgetEnded(endedSessions);
    for (const { tenantId } of revokedKeys) this.access.forget(tenantId);
  }
}

/** Returns the events for the logs of the person's companies. */
function told(memberships: Membership[], verb: string, outcome: ProvenAddress): Statement[] {
  return memberships
    .filter((m) => m.memberStatus === 'active')
    .flatMap((m) => {
      const keys = outcome.revokedKeys
        .filter((key) => key.tenantId === m.tenantId)
        .map((key) => key.apiKeyId);
      return memberEvent(m, verb, {
        ...(outcome.isFirst ? { addressConfirmed: { before: false, after: true } } : {}),
        ...(outcome.removedFactors ? { factors: { before: outcome.removedFactors, after: 0 } } : {}),
        ...(keys.length ? { apiKeys: { before: keys, after: [] } } : {}),
      });
    });
}
