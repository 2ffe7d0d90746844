import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { AccessDirectory } from '@pellucid/platform/access';
import { currentContext } from '@pellucid/platform/context';
import type { PlatformClient } from '@pellucid/platform/db';
import { notFound, unprocessable } from '@pellucid/platform/errors';
import type { FieldChange } from '@pellucid/platform/records';
import { SettingsChecks } from '@pellucid/platform/tenancy';
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server';
import { AccessTokens } from '../access-tokens.js';
import type { Device } from '../device.js';
import { IdentitiesRepository, type Identity, type Membership } from '../identities.repository.js';
import { addressNotConfirmed, sessionEnded } from '../identity.errors.js';
import { memberEvent } from '../security-log.js';
import { SessionEnds } from '../session-ends.js';
import { ACCESS_TOKEN_SECONDS, type EndedSession, SessionsRepository } from '../sessions.repository.js';
import { FactorSecrets } from './factor-secrets.js';
import { OwnProof, type Proof } from './own-proof.js';
import { newPasskeyChallenge, registrationOptions, verifiedRegistration } from './passkeys.js';
import { newRecoveryCodes, normalizeRecoveryCode } from './recovery-codes.js';
import {
  enrolmentEnded,
  lastSecondFactor,
  noSecondFactor,
  passkeyTaken,
  tooManyFactors,
} from './second-factor.errors.js';
import { SecondFactorChallenges, type SecondFactorQuestion } from './second-factor-challenges.js';
import { type Challenge, type FactorView, SecondFactorsRepository } from './second-factors.repository.js';
import { newTotpSecret, stepOfCode, totpInvitation } from './totp.js';

/** Maximum number of factors per person. */
const MOST_FACTORS = 10;

/** The second factors that a person has. */
export interface OwnFactors {
  data: FactorView[];
  recoveryCodesLeft: number;
  /** Whether the session's company requires one. */
  required: boolean;
}

/** The result of adding a factor. */
export interface AddedFactor {
  factor: FactorView;
  /** Shown only once; null if the person already has codes. */
  recoveryCodes: string[] | null;
  /** A token that says that the session has proven a second factor; the previous one does not. */
  accessToken: string;
  /** Lifetime of the access token in seconds. */
  expiresIn: number;
}

/** The context's person with their session. */
interface Owner {
  identity: Identity;
  sessionId: string;
}

/** Shows and changes one's own second factors. */
@Injectable()
export class SecondFactorsService implements OnModuleInit {
  constructor(
    @Inject(SecondFactorsRepository) private readonly factors: SecondFactorsRepository,
    @Inject(IdentitiesRepository) private readonly identities: IdentitiesRepository,
    @Inject(SessionsRepository) private readonly sessions: SessionsRepository,
    @Inject(SessionEnds) private readonly ends: SessionEnds,
    @Inject(SecondFactorChallenges) private readonly challenges: SecondFactorChallenges,
    @Inject(OwnProof) private readonly proof: OwnProof,
    @Inject(FactorSecrets) private readonly secrets: FactorSecrets,
    @Inject(AccessTokens) private readonly tokens: AccessTokens,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
    @Inject(SettingsChecks) private readonly checks: SettingsChecks,
  ) {}

  onModuleInit(): void {
    this.checks.register({
      name: 'identity.own-factor-first',
      check: async (_uow, before, after) => {
        if (before.requireSecondFactor || !after.requireSecondFactor) return [];
        const { identityId } = currentContext();
        const own = identityId ? await this.factors.kinds(identityId) : null;
        if (own?.totp || own?.passkey) return [];
        return [
          {
            pointer: '/requireSecondFactor',
            code: 'ownFactorFirst',
            message: identityId
              ? 'Set up your own second factor before you require one from everyone.'
              : 'API keys have no second factor. A person who has one must turn this on.',
          },
        ];
      },
    });
  }

  async list(): Promise<OwnFactors> {
    const { identityId } = currentContext();
    const [data, kinds, snapshot] = await Promise.all([
      this.factors.list(identityId!),
      this.factors.kinds(identityId!),
      this.access.current(),
    ]);
    return {
      data,
      recoveryCodesLeft: kinds.recoveryCodes,
      required: snapshot.settings.requireSecondFactor,
    };
  }

  /** Issues a challenge as proof before a change. @throws ProblemError 409 without any factor */
  async askProof(device: Device): Promise<SecondFactorQuestion> {
    const { identityId, sessionId } = currentContext();
    const question = await this.challenges.ask(identityId!, 'proof', { sessionId }, device);
    if (!question) throw noSecondFactor();
    return question;
  }

  /**
   * Starts adding an authenticator app. It is added only after its first code was entered.
   * @throws ProblemError 403 without proof, or while the address is not confirmed; 409, 422
   */
  async beginTotp(proof: Proof | undefined, device: Device) {
    const { identity, sessionId } = await this.mayAdd(proof, device);
    const secret = newTotpSecret();
    const { id, expiresAt } = await this.factors.addChallenge({
      identityId: identity.id,
      purpose: 'totp',
      sessionId,
      challenge: '',
      rpId: '',
      ...this.secrets.seal(secret, identity.id),
    });
    return { enrolment: id, ...totpInvitation(secret, identity.email), expiresAt };
  }

  /** Adds the authenticator app that shows the code. @throws ProblemError 409, 422 for a wrong code */
  async finishTotp(enrolment: string, code: string, name: string): Promise<AddedFactor> {
    const added = await this.add(enrolment, 'totp', async (client, { identityId, keyId, sealed }) => {
      const secret = { keyId: keyId!, sealed: sealed! };
      const step = stepOfCode(this.secrets.open(secret, identityId), code, Date.now());
      return step === null ? null : this.factors.addTotp(client, identityId, { ...secret, name, step });
    });
    if (added) return added;
    throw unprocessable([
      {
        pointer: '/code',
        code: 'invalidSecondFactor',
        message: 'The code is wrong. Check the clock of the device and enter the next code.',
      },
    ]);
  }

  /** Starts adding a passkey. @throws ProblemError 403, 409, 422 */
  async beginPasskey(
    proof: Proof | undefined,
    device: Device,
  ): Promise<{ enrolment: string; options: PublicKeyCredentialCreationOptionsJSON; expiresAt: string }> {
    const { identity, sessionId } = await this.mayAdd(proof, device);
    const site = device.site!;
    const challenge = newPasskeyChallenge();
    const present = await this.factors.passkeys(identity.id);
    const options = await registrationOptions(identity, site, challenge, present);
    const { id, expiresAt } = await this.factors.addChallenge({
      identityId: identity.id,
      purpose: 'passkey',
      sessionId,
      challenge,
      rpId: site.rpId,
    });
    return { enrolment: id, options, expiresAt };
  }

  /** Adds the passkey that the browser created. @throws ProblemError 409, 422 if it does not belong to the challenge */
  async finishPasskey(
    enrolment: string,
    attestation: unknown,
    name: string,
    device: Device,
  ): Promise<AddedFactor> {
    const added = await this.add(enrolment, 'passkey', async (client, { identityId, challenge, rpId }) => {
      const passkey = await verifiedRegistration(attestation, challenge, { ...device.site!, rpId });
      if (!passkey) return null;
      const factor = await this.factors.addPasskey(client, identityId, { ...passkey, name });
      if (!factor) throw passkeyTaken();
      return factor;
    });
    if (added) return added;
    throw unprocessable([
      {
        pointer: '/attestation',
        code: 'invalidSecondFactor',
        message: 'This passkey belongs to another request or site. Start again.',
      },
    ]);
  }

  /** Renames a factor. @throws ProblemError 404 */
  async rename(id: string, name: string): Promise<FactorView> {
    const renamed = await this.factors.rename(currentContext().identityId!, id, name);
    if (!renamed) throw notFound('The second factor');
    return renamed;
  }

  /**
   * Removes a factor.
   * @throws ProblemError 403 without proof, 404, 409 for the last one if a company requires it, 422
   */
  async remove(id: string, proof: Proof, device: Device): Promise<void> {
    const { identity } = await this.proven(proof, device, false);
    const memberships = await this.identities.memberships(identity.id);
    await this.factors.transaction(identity.id, async (client) => {
      const kind = await this.factors.remove(client, identity.id, id);
      if (!kind) throw notFound('The second factor');
      const left = await this.factors.count(client, identity.id);
      const strict = active(memberships).find((m) => m.requiresSecondFactor);
      if (left === 0 && strict) throw lastSecondFactor(strict.tenantName);
      if (left === 0) await this.factors.setRecoveryCodes(client, identity.id, []);
      await this.tell(client, memberships, 'secondFactorRemoved', {
        kind: { before: kind },
        factor: { before: id },
      });
    });
  }

  /** Creates new recovery codes; the previous ones stop working. @throws ProblemError 403, 409 without a factor, 422 */
  async renewRecoveryCodes(proof: Proof, device: Device): Promise<string[]> {
    const { identity } = await this.proven(proof, device, false);
    const memberships = await this.identities.memberships(identity.id);
    return this.factors.transaction(identity.id, async (client) => {
      if ((await this.factors.count(client, identity.id)) === 0) throw noSecondFactor();
      await this.tell(client, memberships, 'recoveryCodesRenewed', {});
      return this.newCodes(client, identity.id);
    });
  }

  private async mayAdd(proof: Proof | undefined, device: Device): Promise<Owner> {
    const owner = await this.proven(proof, device, true);
    // Somebody who registers another person's address must not be able to lock its owner out with a factor (ADR 0017).
    if (!owner.identity.emailVerifiedAt) throw addressNotConfirmed('add a second factor');
    if ((await this.factors.list(owner.identity.id)).length >= MOST_FACTORS)
      throw tooManyFactors(MOST_FACTORS);
    return owner;
  }

  private async proven(proof: Proof | undefined, device: Device, freshSuffices: boolean): Promise<Owner> {
    const { identityId, sessionId } = currentContext();
    const identity = await this.identities.find(identityId!);
    if (!identity) throw sessionEnded();
    await this.proof.assert(identity, sessionId!, proof, device, { freshSuffices });
    return { identity, sessionId: sessionId! };
  }

  /**
   * Completes an enrolment of this session. The first factor also creates recovery codes, and ends sessions that were
   * opened without a second factor.
   * @param make adds the factor, or returns null for a wrong answer
   */
  private async add(
    enrolment: string,
    purpose: 'totp' | 'passkey',
    make: (client: PlatformClient, challenge: Challenge) => Promise<FactorView | null>,
  ): Promise<AddedFactor | null> {
    const { identityId, sessionId, tenantId, memberId } = currentContext();
    const owner = identityId!;
    const memberships = await this.identities.memberships(owner);
    const done = await this.factors.transaction(owner, async (client) => {
      const challenge = await this.factors.openChallenge(client, owner, enrolment, purpose);
      if (challenge?.sessionId !== sessionId) throw enrolmentEnded();
      const before = await this.factors.count(client, owner);
      if (before >= MOST_FACTORS) throw tooManyFactors(MOST_FACTORS);
      const factor = await make(client, challenge);
      await this.factors.answered(client, challenge.id, factor !== null);
      if (!factor) return null;
      if (!(await this.sessions.markProven(client, sessionId!))) throw sessionEnded();
      const isFirst = before === 0;
      const ended: EndedSession[] = isFirst
        ? await this.sessions.endAllOf(client, owner, sessionId, 'secondFactorAdded', { onlyUnproven: true })
        : [];
      await this.tell(client, memberships, 'secondFactorAdded', {
        kind: { after: factor.kind },
        factor: { after: factor.id },
      });
      return { factor, ended, recoveryCodes: isFirst ? await this.newCodes(client, owner) : null };
    });
    if (!done) return null;
    this.ends.forgetEnded(done.ended);
    return {
      factor: done.factor,
      recoveryCodes: done.recoveryCodes,
      accessToken: this.tokens.issue({
        identityId: owner,
        tenantId: tenantId!,
        memberId: memberId!,
        sessionId: sessionId!,
        secondFactor: true,
      }),
      expiresIn: ACCESS_TOKEN_SECONDS,
    };
  }

  private async newCodes(client: PlatformClient, identityId: string): Promise<string[]> {
    const codes = newRecoveryCodes();
    const hashes = codes.map((code) =>
      this.secrets.hashRecoveryCode(normalizeRecoveryCode(code)!, identityId),
    );
    await this.factors.setRecoveryCodes(client, identityId, hashes);
    return codes;
  }

  private tell(
    client: PlatformClient,
    memberships: Membership[],
    verb: string,
    changes: Record<string, FieldChange>,
  ): Promise<void> {
    return this.factors.tell(
      client,
      active(memberships).flatMap((m) => memberEvent(m, verb, changes)),
    );
  }
}

const active = (memberships: Membership[]) => memberships.filter((m) => m.memberStatus === 'active');
