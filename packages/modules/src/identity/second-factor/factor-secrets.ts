import { createHmac } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '@pellucid/platform/config';
import {
  InstallationKeys,
  type MasterKeyConfig,
  MasterKeys,
  type StableKeys,
  type WrappedPlace,
} from '@pellucid/platform/crypto';

/** A secret as stored in the database. */
export interface SealedSecret {
  /** Id of the master key that wraps it. */
  keyId: string;
  sealed: Buffer;
}

/** Purpose under which secrets of authenticator apps are wrapped; each is bound to its person. */
export const FACTOR_SECRET = 'second-factor-secret';

const OF_PERSON = {
  primaryKey: { id: 'uuid' },
  keyId: 'key_id',
  wrapped: 'sealed_secret',
  purpose: FACTOR_SECRET,
  aad: 'identity_id::text',
};

/** Where the wrapped secrets are stored. */
export const FACTOR_SECRETS: WrappedPlace[] = [
  { kind: 'secrets of authenticator apps', table: 'second_factor', ...OF_PERSON },
  { kind: 'secrets of apps being added', table: 'second_factor_challenge', ...OF_PERSON },
];

/**
 * Protects the secrets of second factors with keys derived from the master key: somebody who can only read the database
 * can neither generate codes nor test recovery codes. Recovery codes are only compared, so their key does not change
 * with the master key.
 */
@Injectable()
export class FactorSecrets {
  private readonly masterKeys: MasterKeys;
  private hashingKey: Buffer | undefined;

  constructor(
    @Inject(CONFIG) config: MasterKeyConfig,
    @Inject(InstallationKeys) private readonly installation: StableKeys,
  ) {
    this.masterKeys = MasterKeys.of(config);
  }

  /** Seals a secret. @param identityId the person it belongs to; it cannot be opened for anybody else */
  seal(secret: Buffer, identityId: string): SealedSecret {
    const { keyId, wrapped } = this.masterKeys.wrap(FACTOR_SECRET, secret, identityId);
    return { keyId, sealed: wrapped };
  }

  /**
   * Opens a secret.
   * @throws ProblemError 503 when it was altered, belongs to another person, or its master key is missing
   */
  open({ keyId, sealed }: SealedSecret, identityId: string): Buffer {
    return this.masterKeys.unwrap(FACTOR_SECRET, { keyId, wrapped: sealed }, identityId);
  }

  /**
   * Returns what is stored of a recovery code: a keyed hash, so that its 80 bits are not the only protection against
   * guessing.
   */
  hashRecoveryCode(code: string, identityId: string): string {
    this.hashingKey ??= this.installation.stable('recovery-code');
    return createHmac('sha256', this.hashingKey).update(`${identityId}:${code}`).digest('base64url');
  }
}
