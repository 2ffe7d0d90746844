import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/**
 * Seconds for which a code is valid, its number of digits, and how many steps a clock may be off in either direction
 * (RFC 6238 §5.2).
 */
export const TOTP_RULES = { period: 30, digits: 6, window: 1 } as const;
/** Length of an SHA-1 digest, as RFC 4226 §4 recommends. */
const SECRET_BYTES = 20;

/** Creates a secret for an authenticator app. */
export function newTotpSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

function totp(secret: Buffer, label?: string): TOTP {
  return new TOTP({
    secret: new Secret({ buffer: new Uint8Array(secret).buffer }),
    algorithm: 'SHA1',
    digits: TOTP_RULES.digits,
    period: TOTP_RULES.period,
    ...(label ? { issuer: 'Pellucid', label } : {}),
  });
}

/** Returns the URI for the QR code of an authenticator app, and the secret for typing it in without a camera. */
export function totpInvitation(secret: Buffer, account: string): { uri: string; secret: string } {
  const made = totp(secret, account);
  return { uri: made.toString(), secret: made.secret.base32 };
}

/**
 * Returns the time step of a code, at most one step away from now; null for a wrong code. Blanks, which apps show
 * between digits, are ignored.
 * @param now milliseconds since 1970
 */
export function stepOfCode(secret: Buffer, typed: string, now: number): number | null {
  const code = typed.replace(/\s/g, '');
  // The library compares bytes: it would not refuse a text of six other characters but throw.
  if (!/^[0-9]{6}$/.test(code)) return null;
  const delta = totp(secret).validate({ token: code, timestamp: now, window: TOTP_RULES.window });
  return delta === null ? null : Math.floor(now / 1000 / TOTP_RULES.period) + delta;
}
