import { Inject, Injectable } from '@nestjs/common';
import type { PlatformClient } from '@pellucid/platform/db';
import { FactorSecrets } from './factor-secrets.js';
import { type PasskeySite, verifiedAssertion } from './passkeys.js';
import { normalizeRecoveryCode } from './recovery-codes.js';
import { SecondFactorsRepository } from './second-factors.repository.js';
import { stepOfCode } from './totp.js';

/** A passkey's signature as the browser returns it. */
export interface Assertion {
  id: string;
  [part: string]: unknown;
}

/** What a person enters in addition to the password. */
export type FactorAnswer =
  | { method: 'totp' | 'recovery'; code: string }
  | { method: 'passkey'; assertion: Assertion };

/** The factor that was proven. */
export interface ProvenFactor {
  method: FactorAnswer['method'];
  /** Number of remaining recovery codes, if one was used. */
  codesLeft?: number;
}

/** Checks answers, and uses up what works only once. */
@Injectable()
export class FactorCheck {
  constructor(
    @Inject(SecondFactorsRepository) private readonly factors: SecondFactorsRepository,
    @Inject(FactorSecrets) private readonly secrets: FactorSecrets,
  ) {}

  /**
   * @param asked what a passkey had to sign, and for which site; without it passkeys are refused
   * @returns null for an answer that is wrong or was used before
   */
  async check(
    client: PlatformClient,
    identityId: string,
    answer: FactorAnswer,
    asked?: { challenge: string; rpId: string; site: PasskeySite | undefined },
  ): Promise<ProvenFactor | null> {
    switch (answer.method) {
      case 'totp':
        return this.totp(client, identityId, answer.code);
      case 'recovery':
        return this.recovery(client, identityId, answer.code);
      case 'passkey':
        return this.passkey(client, identityId, answer.assertion, asked);
    }
  }

  private async totp(
    client: PlatformClient,
    identityId: string,
    typed: string,
  ): Promise<ProvenFactor | null> {
    for (const app of await this.factors.totps(client, identityId)) {
      const step = stepOfCode(this.secrets.open(app, identityId), typed, Date.now());
      if (step !== null)
        return (await this.factors.useStep(client, app.id, step)) ? { method: 'totp' } : null;
    }
    return null;
  }

  private async recovery(
    client: PlatformClient,
    identityId: string,
    typed: string,
  ): Promise<ProvenFactor | null> {
    const code = normalizeRecoveryCode(typed);
    if (!code) return null;
    const hash = this.secrets.hashRecoveryCode(code, identityId);
    const codesLeft = await this.factors.useRecoveryCode(client, identityId, hash);
    return codesLeft === null ? null : { method: 'recovery', codesLeft };
  }

  private async passkey(
    client: PlatformClient,
    identityId: string,
    assertion: Assertion,
    asked?: { challenge: string; rpId: string; site: PasskeySite | undefined },
  ): Promise<ProvenFactor | null> {
    const passkey = (await this.factors.passkeys(identityId, client)).find(
      ({ credentialId, rpId }) => credentialId === assertion.id && rpId === asked?.rpId,
    );
    if (!passkey || !asked?.site) return null;
    const counter = await verifiedAssertion(assertion, asked.challenge, asked.site, passkey);
    if (counter === null) return null;
    await this.factors.usePasskey(client, passkey.id, counter);
    return { method: 'passkey' };
  }
}
