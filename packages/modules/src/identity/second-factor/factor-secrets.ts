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

/** A secret as it stands in the database. */
export interface SealedSecret {
  /** Which master key it is under. */
  keyId: string;
  sealed: Buffer;
}

/** What secrets of authenticator apps are wrapped for; each is bound to its person. */
export const FACTOR_SECRET = 'second-factor-secret';

const OF_PERSON = {
  primaryKey: { id: 'uuid' },
  keyId: 'key_id',
  wrapped: 'sealed_secret',
  purpose: FACTOR_SECRET,
  aad: 'identity_id::text',
};

/** Where they stand. */
export const FACTOR_SECRETS: WrappedPlace[] = [
  { kind: 'secrets of authenticator apps', table: 'second_factor', ...OF_PERSON },
  { kind: 'secrets of apps being added', table: 'second_factor_challenge', ...OF_PERSON },
];

/**
 * What second factors need to keep secret, under keys derived from the master key: whoever reads the database alone can
 * neither make codes nor try recovery codes. These are only compared, so their key does not change with the master key.
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

  /** @param identityId the person it belongs to: it opens for nobody else */
  seal(secret: Buffer, identityId: string): SealedSecret {
    const { keyId, wrapped } = this.masterKeys.wrap(FACTOR_SECRET, secret, identityId);
    return { keyId, sealed: wrapped };
  }

  /** @throws ProblemError 503 when it was altered, belongs to somebody else, or its master key is not here */
  open({ keyId, sealed }: SealedSecret, identityId: string): Buffer {
    return this.masterKeys.unwrap(FACTOR_SECRET, { keyId, wrapped: sealed }, identityId);
  }

  /** What is stored of a recovery code: keyed, so that the 80 bits of a code need not stand alone against guessing. */
  hashRecoveryCode(code: string, identityId: string): string {
    this.hashingKey ??= this.installation.stable('recovery-code');
    return createHmac('sha256', this.hashingKey).update(`${identityId}:${code}`).digest('base64url');
  }
}
