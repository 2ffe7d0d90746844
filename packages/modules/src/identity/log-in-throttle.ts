import { Inject, Injectable } from '@nestjs/common';
import { type RateBucket, RateLimiter, tooManyRequests } from '@pellucid/platform/rate-limits';
import type { Device } from './device.js';
import { normalizeEmail } from './email.rules.js';
import { KnownDevices } from './known-devices.js';
import { SessionsRepository } from './sessions.repository.js';

/** Used for unknown people, so that checking them takes equally long. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Limits guessing without letting strangers lock somebody out. A device on which the person has logged in has its own
 * count, and so does an address from which they have a session. Everybody else shares one count per account, which
 * limits guessing from many addresses. When it is full, the owner can still log in from where they did before, and from
 * anywhere else with a mailed link. Unknown accounts are treated the same, so nothing can be learnt from it.
 */
@Injectable()
export class LogInThrottle {
  constructor(
    @Inject(RateLimiter) private readonly limiter: RateLimiter,
    @Inject(SessionsRepository) private readonly sessions: SessionsRepository,
    @Inject(KnownDevices) private readonly devices: KnownDevices,
  ) {}

  /** Call before a password is checked. @throws ProblemError 429 with Retry-After */
  async attempt(email: string, identityId: string | null, device: Device): Promise<void> {
    const account = normalizeEmail(email);
    const known = this.devices.deviceOf(identityId ?? NOBODY, device.cookie);
    if (known) return this.take('loginDevice', `${identityId}|${known}`);
    await this.take('loginAddress', device.ip);
    await this.take('login', `${account}|${device.ip}`);
    if (!(await this.sessions.knowsAddress(identityId ?? NOBODY, device.ip)))
      await this.take('loginAccount', account);
  }

  /** Clears the person's failures on this device and at this address after a correct password. */
  async succeeded(email: string, identityId: string, device: Device): Promise<void> {
    const known = this.devices.deviceOf(identityId, device.cookie);
    if (known) await this.limiter.reset('loginDevice', `${identityId}|${known}`);
    else await this.limiter.reset('login', `${normalizeEmail(email)}|${device.ip}`);
  }

  /**
   * Call before a code of a second factor is checked.
   * @param isGuessable true for six-digit codes; recovery codes are too long to guess
   * @throws ProblemError 429 with Retry-After
   */
  async code(identityId: string, device: Device, isGuessable: boolean): Promise<void> {
    await this.take('secondFactor', this.codeKey(identityId, device));
    const isKnown =
      !isGuessable ||
      this.devices.deviceOf(identityId, device.cookie) ||
      (await this.sessions.knowsAddress(identityId, device.ip));
    if (!isKnown) await this.take('secondFactorAccount', identityId);
  }

  /** Clears the count of wrong codes after a right one. */
  async codeSucceeded(identityId: string, device: Device): Promise<void> {
    await this.limiter.reset('secondFactor', this.codeKey(identityId, device));
  }

  /** Call before a company is registered. @throws ProblemError 429 */
  async register(ip: string): Promise<void> {
    await this.take('register', ip);
  }

  /** Call before a mailed link is requested or used. @throws ProblemError 429 */
  async link(ip: string): Promise<void> {
    await this.take('loginAddress', ip);
  }

  /** Whether another reset mail may be sent to the address; keeps it from being flooded. */
  async mayMailReset(email: string): Promise<boolean> {
    return (await this.limiter.consume('passwordReset', normalizeEmail(email))).allowed;
  }

  /** Call before another confirmation mail is sent to the person. @throws ProblemError 429 */
  async confirmation(identityId: string): Promise<void> {
    await this.take('confirmationMail', identityId);
  }

  /**
   * Call before a company mails another invitation to a person.
   * @param isProven whether a member of the company has confirmed their address
   * @throws ProblemError 429
   */
  async invitation(tenantId: string, isProven: boolean, email: string): Promise<void> {
    await this.take('invitationMail', `${tenantId}|${normalizeEmail(email)}`);
    await this.take(isProven ? 'invitation' : 'unprovenInvitation', tenantId);
  }

  private codeKey(identityId: string, device: Device): string {
    return `${identityId}|${this.devices.deviceOf(identityId, device.cookie) ?? device.ip}`;
  }

  private async take(bucket: RateBucket, key: string): Promise<void> {
    const decision = await this.limiter.consume(bucket, key);
    if (!decision.allowed) throw tooManyRequests(decision, 'tooManyAttempts');
  }
}
