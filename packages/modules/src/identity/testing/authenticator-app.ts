import { Secret, TOTP } from 'otpauth';

/** Seconds for which an authenticator app shows the same code (RFC 6238 §5.2). */
const STEP_SECONDS = 30;

/** Returns the number of the time step that an authenticator app is in now, counted from 1970. */
export function appStep(): number {
  return Math.floor(Date.now() / 1000 / STEP_SECONDS);
}

/**
 * Returns the code that an authenticator app shows.
 * @param step a time step, as `appStep` counts them. A test whose outcome depends on the order of codes keeps the step
 *   of the first one: the clock may enter the next step between any two requests.
 */
export function appCode(secret: string, step = appStep()): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: step * STEP_SECONDS * 1000 });
}
