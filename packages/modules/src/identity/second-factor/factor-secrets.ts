import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config } from '@pellucid/platform/config';

/** A secret as it stands in the database. */
export interface SealedSecret {
  /** Which master key it is under. */
  keyId: string;
  sealed: Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID = 'm1';

/**
 * What second factors need to keep secret, under keys derived from the master key (HKDF, RFC 5869): whoever reads the
 * database alone can neither make codes nor try recovery codes.
 */
@Injectable()
export class FactorSecrets {
  private readonly sealingKey: Buffer;
  private readonly hashingKey: Buffer;

  constructor(@Inject(CONFIG) config: Pick<Config, 'PELLUCID_MASTER_KEY'>) {
    const derive = (purpose: string) =>
      Buffer.from(
        hkdfSync('sha256', Buffer.from(config.PELLUCID_MASTER_KEY, 'base64'), '', `pellucid:${purpose}`, 32),
      );
    this.sealingKey = derive('second-factor-secret');
    this.hashingKey = derive('recovery-code');
  }

  /** @param identityId the person it belongs to: it opens for nobody else */
  seal(secret: Buffer, identityId: string): SealedSecret {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.sealingKey, iv);
    cipher.setAAD(Buffer.from(identityId));
    const body = Buffer.concat([cipher.update(secret), cipher.final()]);
    return { keyId: KEY_ID, sealed: Buffer.concat([iv, cipher.getAuthTag(), body]) };
  }

  /** @throws Error when it was altered, belongs to somebody else, or was sealed under a master key that is not here */
  open({ keyId, sealed }: SealedSecret, identityId: string): Buffer {
    if (keyId !== KEY_ID) throw new Error(`the master key "${keyId}" is not configured`);
    const decipher = createDecipheriv(ALGORITHM, this.sealingKey, sealed.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(identityId));
    decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  }

  /** What is stored of a recovery code: keyed, so that the 80 bits of a code need not stand alone against guessing. */
  hashRecoveryCode(code: string, identityId: string): string {
    return createHmac('sha256', this.hashingKey).update(`${identityId}:${code}`).digest('base64url');
  }
}
