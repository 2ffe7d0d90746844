import { Inject, Injectable } from '@nestjs/common';
import { currentContext, newContext, runInContext } from '@pellucid/platform/context';
import { type Statement, type UnitOfWork, UnitOfWorkFactory } from '@pellucid/platform/db';
import { unprocessable } from '@pellucid/platform/errors';
import { Outbound } from '@pellucid/platform/outbound';
import { AddressProofService } from './address-proof.service.js';
import { commonPasswords } from './common-passwords.js';
import type { Device } from './device.js';
import { IdentitiesRepository, type Identity } from './identities.repository.js';
import { linkNotValid, passwordJustChanged, sessionEnded } from './identity.errors.js';
import { passwordChangedMail } from './outbound/password-changed.mail.js';
import { passwordResetMail } from './outbound/password-reset.mail.js';
import { LogInFailures } from './log-in-failures.js';
import { LogInThrottle } from './log-in-throttle.js';
import { PasswordHasher } from './password-hasher.js';
import { passwordProblems } from './password.rules.js';
import { hashToken } from './secret-token.js';
import { memberEvent } from './security-log.js';
import { SessionEnds } from './session-ends.js';

/**
 * Minimum duration of a request for a reset link in milliseconds, so that it does not reveal whether a log-in exists.
 */
const FORGOT_FLOOR_MS = 250;

/** Longer than a change of a password takes. A mail about it that is made earlier would find nothing changed. */
const CHANGE_TAKES_MS = 15_000;

/** Resets and changes of passwords. */
@Injectable()
export class PasswordService {
  constructor(
    @Inject(IdentitiesRepository) private readonly identities: IdentitiesRepository,
    @Inject(PasswordHasher) private readonly passwords: PasswordHasher,
    @Inject(UnitOfWorkFactory) private readonly work: UnitOfWorkFactory,
    @Inject(Outbound) private readonly outbound: Outbound,
    @Inject(LogInThrottle) private readonly throttle: LogInThrottle,
    @Inject(SessionEnds) private readonly ends: SessionEnds,
    @Inject(LogInFailures) private readonly failures: LogInFailures,
    @Inject(AddressProofService) private readonly proofs: AddressProofService,
  ) {}

  /**
   * Mails a link for a new password if the person exists. The response and its duration are the same if not. The
   * message's row is committed before the response, so no crash loses the mail.
   * @throws ProblemError 429, by address of the caller only
   */
  async forgot(email: string, device: Device): Promise<void> {
    await this.throttle.link(device.ip);
    const floor = new Promise((resolve) => setTimeout(resolve, FORGOT_FLOOR_MS));
    try {
      const identity = await this.identities.findByEmail(email);
      if (identity && (await this.throttle.mayMailReset(email))) await this.enqueue(identity);
    } finally {
      await floor;
    }
  }

  /**
   * Sets a new password through a mailed link and ends all sessions. The link proves the address: if it is the first to
   * do so, earlier second factors and API keys are removed too.
   * @returns the person's id
   * @throws ProblemError 422, 429
   */
  async reset(token: string, password: string, device: Device): Promise<string> {
    await this.throttle.link(device.ip);
    const identity = await this.identities.findByReset(hashToken(token));
    if (!identity) throw linkNotValid();
    const passwordHash = await this.hashNew(password, identity, '/password');
    await this.tellOfChange(identity);
    await this.proofs.use(identity, token, { passwordHash }, 'passwordReset');
    return identity.id;
  }

  /** Changes the caller's own password and ends their other sessions. @throws ProblemError 422, 429 */
  async change(current: string, next: string, device: Device): Promise<void> {
    const { identityId, sessionId } = currentContext();
    const identity = identityId ? await this.identities.find(identityId) : null;
    if (!identity) throw sessionEnded();
    await this.throttle.attempt(identity.email, identity.id, device);
    if (!(await this.passwords.matches(identity.passwordHash, current))) {
      this.failures.note(identity.id);
      throw unprocessable([
        { pointer: '/currentPassword', code: 'wrongPassword', message: 'Wrong password.' },
      ]);
    }
    await this.throttle.succeeded(identity.email, identity.id, device);
    const passwordHash = await this.hashNew(next, identity, '/newPassword');
    await this.tellOfChange(identity);
    const told = await this.told(identity.id, 'passwordChanged');
    const password = { from: identity.passwordHash, to: passwordHash };
    const ended = await this.identities.changePassword(identity.id, password, sessionId, told);
    if (!ended) throw passwordJustChanged();
    this.ends.forgetEnded(ended);
  }

  /** Returns the events for the logs of the person's companies. */
  private async told(identityId: string, verb: string): Promise<Statement[]> {
    const memberships = await this.identities.memberships(identityId);
    return memberships.filter((m) => m.memberStatus === 'active').flatMap((m) => memberEvent(m, verb));
  }

  private async hashNew(password: string, identity: Identity, at: string): Promise<string> {
    const common = await commonPasswords();
    const memberships = await this.identities.memberships(identity.id);
    const owner = { ...identity, companyNames: memberships.map((m) => m.tenantName) };
    const problems = passwordProblems(password, owner, common, at);
    if (problems.length) throw unprocessable(problems);
    return this.passwords.hash(password);
  }

  /** Asks for a mail about a change that is about to take place. The mail is made only if it did. */
  private async tellOfChange(identity: Identity): Promise<void> {
    const reference = { identityId: identity.id, before: hashToken(identity.passwordHash) };
    await this.fromHome(identity, (uow, recipientId) =>
      this.outbound.request(uow, passwordChangedMail, reference, {
        recipientId,
        runAt: new Date(Date.now() + CHANGE_TAKES_MS),
      }),
    );
  }

  private enqueue(identity: Identity): Promise<void> {
    return this.fromHome(identity, (uow, recipientId) =>
      this.outbound.request(uow, passwordResetMail, { identityId: identity.id }, { recipientId }),
    );
  }

  /** Messages belong to tenants, so the mail leaves from the company that the person used last, or in any of theirs. */
  private async fromHome(
    identity: Identity,
    request: (uow: UnitOfWork, recipientId: string) => Promise<unknown>,
  ): Promise<void> {
    const memberships = await this.identities.memberships(identity.id);
    const home = memberships.find((m) => m.tenantId === identity.lastTenantId) ?? memberships[0];
    if (!home) return;
    const context = newContext({ correlationId: currentContext().correlationId, tenantId: home.tenantId });
    await runInContext(context, () => this.work.run((uow) => request(uow, home.memberId)));
  }
}
