import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce and the full 128-bit tag. */
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Minimum length of sealed bytes. */
export const SEALED_MIN_BYTES = NONCE_BYTES + TAG_BYTES;

/** Encrypts and authenticates. @returns nonce, tag and ciphertext, in this order */
export function seal(key: Buffer, plain: Buffer, aad: string): Buffer {
  const iv = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv);
  cipher.setAAD(Buffer.from(aad));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

/** Reverses {@link seal}. @throws Error when the bytes were altered, or the key or the `aad` differs */
export function open(key: Buffer, sealed: Buffer, aad: string): Buffer {
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(aad));
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, SEALED_MIN_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(SEALED_MIN_BYTES)), decipher.final()]);
}
