import { Inject, Injectable } from '@nestjs/common';
import type { PlatformClient } from '@pellucid/platform/db';
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { Device } from '../device.js';
import { IdentitiesRepository } from '../identities.repository.js';
import { LogInFailures } from '../log-in-failures.js';
import { LogInThrottle } from '../log-in-throttle.js';
import { memberEvent } from '../security-log.js';
import { ChallengeTokens } from './challenge-tokens.js';
import { type FactorAnswer, FactorCheck, type ProvenFactor } from './factor-check.js';
import { assertionOptions, newPasskeyChallenge } from './passkeys.js';
import { secondFactorEnded } from './second-factor.errors.js';
import { type Challenge, CHALLENGE_MINUTES, SecondFactorsRepository } from './second-factors.repository.js';

/** A challenge for a second factor. */
export interface SecondFactorQuestion {
  /** Proves to the answering endpoint that the password was right; not valid anywhere else. */
  token: string;
  /** Validity of the token in seconds. */
  expiresIn: number;
  methods: FactorAnswer['method'][];
  /** Options for `navigator.credentials.get` if the person has a passkey for this site. */
  passkey?: PublicKeyCredentialRequestOptionsJSON;
}

/** A challenge that was answered correctly. */
export interface MetChallenge extends ProvenFactor {
  identityId: string;
  challenge: Challenge;
}

/** Issues challenges for second factors and checks the answers. */
@Injectable()
export class SecondFactorChallenges {
  constructor(
    @Inject(SecondFactorsRepository) private readonly factors: SecondFactorsRepository,
    @Inject(IdentitiesRepository) private readonly identities: IdentitiesRepository,
    @Inject(ChallengeTokens) private readonly tokens: ChallengeTokens,
    @Inject(FactorCheck) private readonly check: FactorCheck,
    @Inject(LogInThrottle) private readonly throttle: LogInThrottle,
    @Inject(LogInFailures) private readonly failures: LogInFailures,
  ) {}

  /**
   * Asks the person for a second factor.
   * @param about the membership to open, and the session in which the challenge is issued or that it replaces
   * @returns null if they have none
   */
  async ask(
    identityId: string,
    purpose: 'logIn' | 'proof',
    about: { memberId?: string; sessionId?: string | null },
    device: Device,
  ): Promise<SecondFactorQuestion | null> {
    const has = await this.factors.kinds(identityId);
    if (!has.totp && !has.passkey) return null;
    const challenge = newPasskeyChallenge();
    const rpId = device.site?.rpId ?? '';
    const passkey =
      device.site && has.passkey
        ? await assertionOptions(rpId, challenge, await this.factors.passkeys(identityId))
        : null;
    const { id } = await this.factors.addChallenge({ identityId, purpose, challenge, rpId, ...about });
    return {
      token: this.tokens.issue({ identityId, challengeId: id }),
      expiresIn: CHALLENGE_MINUTES * 60,
      methods: [
        ...(has.totp ? (['totp'] as const) : []),
        ...(passkey ? (['passkey'] as const) : []),
        ...(has.recoveryCodes ? (['recovery'] as const) : []),
      ],
      ...(passkey ? { passkey } : {}),
    };
  }

  /** Returns whose challenge the token belongs to; null for an invalid token. */
  askedOf(token: string): string | null {
    return this.tokens.read(token)?.identityId ?? null;
  }

  /**
   * Checks the answer to a challenge. A right one closes it; five wrong ones make it void.
   * @returns null for a wrong answer
   * @throws ProblemError 401 `secondFactorEnded` when the challenge is not (or no longer) open, 429
   */
  async meet(
    token: string,
    purpose: 'logIn' | 'proof',
    answer: FactorAnswer,
    device: Device,
  ): Promise<MetChallenge | null> {
    const claims = this.tokens.read(token);
    if (!claims) throw secondFactorEnded();
    const { identityId, challengeId } = claims;
    return this.checked(identityId, answer, device, async (client) => {
      const challenge = await this.factors.openChallenge(client, identityId, challengeId, purpose);
      if (!challenge) throw secondFactorEnded();
      const { rpId } = challenge;
      const asked = { challenge: challenge.challenge, rpId, site: device.site };
      const proven = await this.check.check(client, identityId, answer, asked);
      await this.factors.answered(client, challenge.id, proven !== null);
      return proven && { ...proven, identityId, challenge };
    });
  }

  /**
   * Checks a code of a person who is logged in, without a challenge.
   * @returns null for a wrong code
   * @throws ProblemError 429
   */
  async code(
    identityId: string,
    answer: FactorAnswer & { code: string },
    device: Device,
  ): Promise<ProvenFactor | null> {
    return this.checked(identityId, answer, device, (client) => this.check.check(client, identityId, answer));
  }

  /** Applies the limits, checks the answer and records the result. */
  private async checked<Proven extends ProvenFactor>(
    identityId: string,
    answer: FactorAnswer,
    device: Device,
    check: (client: PlatformClient) => Promise<Proven | null>,
  ): Promise<Proven | null> {
    await this.throttle.code(identityId, device, answer.method === 'totp');
    const memberships = answer.method === 'recovery' ? await this.identities.memberships(identityId) : [];
    const proven = await this.factors.transaction(identityId, async (client) => {
      const found = await check(client);
      if (found?.codesLeft !== undefined)
        await this.factors.tell(
          client,
          memberships
            .filter(({ memberStatus }) => memberStatus === 'active')
            .flatMap((m) => memberEvent(m, 'recoveryCodeUsed', { codesLeft: { after: found.codesLeft } })),
        );
      return found;
    });
    if (proven) await this.throttle.codeSucceeded(identityId, device);
    else this.failures.note(identityId);
    return proven;
  }
}
