import { Inject, Injectable } from '@nestjs/common';
import { notFound } from '@pellucid/platform/errors';
import { AccessTokens } from './access-tokens.js';
import type { Device } from './device.js';
import { IdentitiesRepository, type Identity, type Membership } from './identities.repository.js';
import { invalidCredentials, noCompany, sessionEnded, tenantSuspended } from './identity.errors.js';
import { LogInThrottle } from './log-in-throttle.js';
import { LogInFailures } from './log-in-failures.js';
import { PasswordHasher } from './password-hasher.js';
import type { FactorAnswer } from './second-factor/factor-check.js';
import { invalidSecondFactor } from './second-factor/second-factor.errors.js';
import {
  SecondFactorChallenges,
  type SecondFactorQuestion,
} from './second-factor/second-factor-challenges.js';
import { memberEvent } from './security-log.js';
import { SessionEnds } from './session-ends.js';
import { ACCESS_TOKEN_SECONDS, SessionsRepository } from './sessions.repository.js';

/** The response to every way of logging in. */
export interface LogInAnswer {
  accessToken: string;
  /** Lifetime of the access token in seconds. */
  expiresIn: number;
  user: { id: string; memberId: string; name: string; email: string };
  tenant: { id: string; name: string; subdomain: string };
  /** Whether the company requires a second factor that this session has not proven. Such a session may only add one. */
  secondFactorPending: boolean;
}

/** A response with the refresh token for the cookie. */
export interface OpenedSession {
  answer: LogInAnswer;
  refreshToken: string;
}

/** The response when the password was right and a second factor is required. */
export interface AskedForFactor {
  answer: { secondFactor: SecondFactorQuestion };
  refreshToken: null;
}

/** The result of a log-in. */
export type Entry = OpenedSession | AskedForFactor;

/** How the person logged in, as named in the log. */
export type EntryMethod = 'password' | 'registration' | 'invitation' | 'switch' | FactorAnswer['method'];

/** Logs people in, switches them between companies and refreshes their sessions. */
@Injectable()
export class LogInService {
  constructor(
    @Inject(IdentitiesRepository) private readonly identities: IdentitiesRepository,
    @Inject(SessionsRepository) private readonly sessions: SessionsRepository,
    @Inject(PasswordHasher) private readonly passwords: PasswordHasher,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(LogInThrottle) private readonly throttle: LogInThrottle,
    @Inject(SessionEnds) private readonly ends: SessionEnds,
    @Inject(SecondFactorChallenges) private readonly challenges: SecondFactorChallenges,
    @Inject(LogInFailures) private readonly failures: LogInFailures,
  ) {}

  /**
   * @param wanted ids or subdomains of the company; by default the last used one
   * @throws ProblemError 401 for wrong credentials, 403 without an open company, 404 for a wanted company of which the
   *   person is not a member (or that does not exist), 429
   */
  async logIn(email: string, password: string, wanted: string[], device: Device): Promise<Entry> {
    const identity = await this.identities.findByEmail(email);
    await this.prove(identity, email, password, device);
    const memberships = await this.identities.memberships(identity!.id);
    const chosen = chooseMembership(memberships, wanted, identity!.lastTenantId);
    return this.enter(identity!, chosen, device, 'password');
  }

  /**
   * Checks that the caller knows the person's password, whether or not the person exists.
   * @throws ProblemError 401, 429
   */
  async prove(identity: Identity | null, email: string, password: string, device: Device): Promise<void> {
    await this.throttle.attempt(email, identity?.id ?? null, device);
    if (!(await this.passwords.matches(identity?.passwordHash ?? null, password))) {
      if (identity) this.failures.note(identity.id);
      throw invalidCredentials();
    }
    await this.throttle.succeeded(email, identity!.id, device);
  }

  /** Opens a session in the company for a person who entered their password, or asks for their second factor. */
  async enter(
    identity: Identity,
    membership: Membership,
    device: Device,
    method: EntryMethod,
  ): Promise<Entry> {
    return (
      (await this.askFactor(identity, membership, device, null)) ??
      this.open(identity, membership, device, method, false)
    );
  }

  /**
   * Completes a log-in with the second factor.
   * @throws ProblemError 401 for a wrong or late answer, 403 for a suspended company, 429
   */
  async finish(token: string, answer: FactorAnswer, device: Device): Promise<OpenedSession> {
    // Read before the answer is checked: a reset in between makes the challenge, or this password, void.
    const asked = this.challenges.askedOf(token);
    const identity = asked ? await this.identities.find(asked) : null;
    const met = await this.challenges.meet(token, 'logIn', answer, device);
    if (!met) throw invalidSecondFactor();
    const { memberId, sessionId } = met.challenge;
    const membership =
      identity && (await this.identities.memberships(identity.id)).find((m) => m.memberId === memberId);
    if (!identity || membership?.memberStatus !== 'active') throw sessionEnded();
    if (membership.tenantStatus !== 'active') throw tenantSuspended();
    const opened = await this.open(identity, membership, device, met.method, true);
    if (sessionId) await this.ends.leave(sessionId);
    return opened;
  }

  /**
   * Opens a session in another company of the same person and gives up the current one.
   * @throws ProblemError 403, 404
   */
  async switchTo(
    tenantId: string,
    present: { identityId: string; sessionId: string },
    device: Device,
  ): Promise<Entry> {
    const identity = await this.identities.find(present.identityId);
    if (!identity) throw sessionEnded();
    const memberships = await this.identities.memberships(identity.id);
    const chosen = chooseMembership(memberships, [tenantId], null);
    const session = await this.sessions.proofOf(present.sessionId);
    // Another replica may have ended the session less than a second ago.
    if (!session?.isAlive) throw sessionEnded();
    const isProven = session.secondFactor;
    if (!isProven) {
      const asked = await this.askFactor(identity, chosen, device, present.sessionId);
      if (asked) return asked;
    }
    const opened = await this.open(identity, chosen, device, 'switch', isProven);
    await this.ends.leave(present.sessionId);
    return opened;
  }

  /**
   * Exchanges a refresh token. A replayed one ends its session for everybody who has it (RFC 9700 §4.14.2). A retry
   * whose response was lost is no replay: see `SessionsRepository`.
   * @param wanted companies that the request names besides the cookie; another one is answered with 404 and the token
   *   stays valid
   * @throws ProblemError 401, 403, 404
   */
  async refresh(refreshToken: string | undefined, wanted: string[]): Promise<OpenedSession> {
    const session = refreshToken ? await this.sessions.findByToken(refreshToken) : null;
    if (!session) throw sessionEnded();
    if (session.replayed) {
      await this.ends.revoke(session.id, 'refreshReuse');
      throw sessionEnded();
    }
    const identity = session.alive ? await this.identities.find(session.identityId) : null;
    const membership =
      identity &&
      (await this.identities.memberships(identity.id)).find((m) => m.memberId === session.memberId);
    if (!identity || !membership || membership.memberStatus !== 'active') throw sessionEnded();
    if (wanted.some((hint) => !names(membership, hint))) throw notFound('The company');
    if (membership.tenantStatus !== 'active') throw tenantSuspended();
    const next = await this.sessions.rotate(refreshToken!);
    if (!next) {
      // Its successor was used since the look-up, so one of the two holders stole it.
      await this.ends.revoke(session.id, 'refreshReuse');
      throw sessionEnded();
    }
    return { answer: this.answer(identity, membership, session), refreshToken: next };
  }

  private async askFactor(
    identity: Identity,
    { memberId }: Membership,
    device: Device,
    leaving: string | null,
  ): Promise<AskedForFactor | null> {
    const about = { memberId, sessionId: leaving };
    const question = await this.challenges.ask(identity.id, 'logIn', about, device);
    return question && { answer: { secondFactor: question }, refreshToken: null };
  }

  private async open(
    identity: Identity,
    membership: Membership,
    device: Device,
    method: EntryMethod,
    secondFactor: boolean,
  ): Promise<OpenedSession> {
    const { tenantId, memberId } = membership;
    const { ip, userAgent } = device;
    const session = await this.sessions.open(
      {
        identityId: identity.id,
        passwordHash: identity.passwordHash,
        tenantId,
        memberId,
        ip,
        userAgent,
        secondFactor,
      },
      (id) => memberEvent(membership, 'loggedIn', { session: { after: id }, method: { after: method } }),
    );
    if (!session) throw invalidCredentials();
    await this.identities.rememberTenant(identity.id, tenantId);
    const answer = this.answer(identity, membership, { id: session.id, secondFactor });
    return { answer, refreshToken: session.refreshToken };
  }

  private answer(
    identity: Identity,
    membership: Membership,
    session: { id: string; secondFactor: boolean },
  ): LogInAnswer {
    const { tenantId, memberId } = membership;
    const { id: sessionId, secondFactor } = session;
    return {
      accessToken: this.tokens.issue({
        identityId: identity.id,
        tenantId,
        memberId,
        sessionId,
        secondFactor,
      }),
      expiresIn: ACCESS_TOKEN_SECONDS,
      user: { id: identity.id, memberId, name: membership.memberName, email: identity.email },
      tenant: { id: tenantId, name: membership.tenantName, subdomain: membership.subdomain },
      secondFactorPending: membership.requiresSecondFactor && !secondFactor,
    };
  }
}

const names = (membership: Membership, hint: string) =>
  membership.tenantId === hint.toLowerCase() || membership.subdomain === hint.toLowerCase();

/**
 * Returns the company to open: the named one, else the last used, else the first that is open.
 * @throws ProblemError 404 for a named one of which the person is not a member, 403 when none is open
 */
export function chooseMembership(
  all: Membership[],
  wanted: string[],
  lastTenantId: string | null,
): Membership {
  const active = all.filter((m) => m.memberStatus === 'active');
  if (wanted.length) {
    const chosen = active.find((m) => wanted.every((hint) => names(m, hint)));
    if (!chosen) throw notFound('The company');
    if (chosen.tenantStatus !== 'active') throw tenantSuspended();
    return chosen;
  }
  const open = active.filter((m) => m.tenantStatus === 'active');
  const chosen = open.find((m) => m.tenantId === lastTenantId) ?? open[0];
  if (chosen) return chosen;
  throw active.length ? tenantSuspended() : noCompany();
}
