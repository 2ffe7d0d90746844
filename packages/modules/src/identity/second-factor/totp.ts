import { randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';

/** Seconds a code stands, its digits, and how many steps either way a clock may be off (RFC 6238 §5.2). */
export const TOTP_RULES = { period: 30, digits: 6, window: 1 } as const;
/** As long as an SHA-1 digest, which RFC 4226 §4 recommends. */
const SECRET_BYTES = 20;

/** A new secret for an authenticator app. */
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

/** What an authenticator app reads from a QR code, and the secret to type where there is no camera. */
export function totpInvitation(secret: Buffer, account: string): { uri: string; secret: string } {
  const made = totp(secret, account);
  return { uri: made.toString(), secret: made.secret.base32 };
}

/**
 * The time step whose code this is, at most one step away from now; null for a wrong code. Blanks, as apps show them, do
 * not count.
 * @param now milliseconds since 1970
 */
export function stepOfCode(secret: Buffer, typed: string, now: number): number | null {
  const code = typed.replace(/\s/g, '');
  // The library compares bytes: a text of six other letters would not be refused, it would throw.
  if (!/^[0-9]{6}$/.test(code)) return null;
  const delta = totp(secret).validate({ token: code, timestamp: now, window: TOTP_RULES.window });
  return delta === null ? null : Math.floor(now / 1000 / TOTP_RULES.period) + delta;
}
