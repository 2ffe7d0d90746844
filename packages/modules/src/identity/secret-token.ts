import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Creates a token of 256 random bits for a URL or a cookie. */
export function newSecretToken(): string {
  return randomBytes(32).toString('base64url');
}

/** Returns the hash that is stored of a token. With 256 bits of entropy, a plain hash cannot be reversed. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

/**
 * Returns the token that a message contains: different for each message, the same for each attempt. A mail that is sent
 * again thus contains the same link, and no token is stored.
 */
export function tokenOfMessage(masterKey: string, purpose: string, messageId: string): string {
  const key = hkdfSync(
    'sha256',
    Buffer.from(masterKey, 'base64'),
    '',
    `pellucid:mailed-token:${purpose}`,
    32,
  );
  return createHmac('sha256', Buffer.from(key)).update(messageId).digest('base64url');
}
