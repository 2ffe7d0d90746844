import { Inject, Injectable } from '@nestjs/common';
import { unprocessable } from '@pellucid/platform/errors';
import type { Device } from '../device.js';
import { sessionEnded } from '../identity.errors.js';
import type { Identity } from '../identities.repository.js';
import { LogInFailures } from '../log-in-failures.js';
import { LogInThrottle } from '../log-in-throttle.js';
import { PasswordHasher } from '../password-hasher.js';
import { SessionsRepository } from '../sessions.repository.js';
import type { Assertion } from './factor-check.js';
import { proofRequired, secondFactorEnded, wrongProof } from './second-factor.errors.js';
import { SecondFactorChallenges } from './second-factor-challenges.js';
import { SecondFactorsRepository } from './second-factors.repository.js';

/** Seconds after a log-in during which a factor can be added without further proof. */
const FRESH_SECONDS = 900;

/** How a person who is logged in confirms their identity. */
export type Proof =
  | { password: string }
  | { method: 'totp' | 'recovery'; code: string }
  | { method: 'passkey'; token: string; assertion: Assertion };

/**
 * Makes sure that whoever changes how a person logs in is that person, and not somebody who found their browser open.
 */
@Injectable()
export class OwnProof {
  constructor(
    @Inject(SessionsRepository) private readonly sessions: SessionsRepository,
    @Inject(SecondFactorsRepository) private readonly factors: SecondFactorsRepository,
    @Inject(SecondFactorChallenges) private readonly challenges: SecondFactorChallenges,
    @Inject(PasswordHasher) private readonly passwords: PasswordHasher,
    @Inject(LogInThrottle) private readonly throttle: LogInThrottle,
    @Inject(LogInFailures) private readonly failures: LogInFailures,
  ) {}

  /**
   * Accepts the password or a second factor. If the person has a factor that this session has not proven, the password
   * alone is not enough: otherwise it would be all that is needed to remove the factor.
   * @param options `freshSuffices`: a log-in within the last 15 minutes is proof enough
   * @throws ProblemError 403 `proofRequired` without proof, 422 for a wrong one, 429
   */
  async assert(
    identity: Identity,
    sessionId: string,
    proof: Proof | undefined,
    device: Device,
    options: { freshSuffices: boolean },
  ): Promise<void> {
    const [session, has] = await Promise.all([
      this.sessions.proofOf(sessionId),
      this.factors.kinds(identity.id),
    ]);
    // Another replica may have ended the session less than a second ago.
    if (!session?.isAlive) throw sessionEnded();
    const needsFactor = (has.totp || has.passkey) && !session.secondFactor;
    const methods = [
      ...(needsFactor ? [] : ['password']),
      ...(has.totp ? ['totp'] : []),
      ...(has.passkey ? ['passkey'] : []),
      ...(has.recoveryCodes ? ['recovery'] : []),
    ];
    if (!proof) {
      const isFresh = session.ageSeconds < FRESH_SECONDS;
      if (options.freshSuffices && isFresh && !needsFactor) return;
      throw proofRequired(methods);
    }
    if (!('password' in proof)) return this.factor(identity.id, sessionId, proof, device);
    if (needsFactor) throw proofRequired(methods);
    await this.throttle.attempt(identity.email, identity.id, device);
    if (!(await this.passwords.matches(identity.passwordHash, proof.password))) {
      this.failures.note(identity.id);
      throw unprocessable([
        { pointer: '/proof/password', code: 'wrongPassword', message: 'Wrong password.' },
      ]);
    }
    await this.throttle.succeeded(identity.email, identity.id, device);
  }

  private async factor(
    identityId: string,
    sessionId: string,
    proof: Exclude<Proof, { password: string }>,
    device: Device,
  ): Promise<void> {
    if (proof.method !== 'passkey') {
      if (!(await this.challenges.code(identityId, proof, device))) throw wrongProof('/proof/code');
      return;
    }
    const met = await this.challenges.meet(proof.token, 'proof', proof, device);
    if (!met) throw wrongProof('/proof/assertion');
    // A challenge from another session, or of another person, is no proof here.
    if (met.identityId !== identityId || met.challenge.sessionId !== sessionId) throw secondFactorEnded();
  }
}
