import { Inject, Injectable } from '@nestjs/common';
import { type RateBucket, RateLimiter, tooManyRequests } from '@pellucid/platform/rate-limits';
import type { Device } from './device.js';
import { normalizeEmail } from './email.rules.js';
import { KnownDevices } from './known-devices.js';
import { SessionsRepository } from './sessions.repository.js';

/** Stands for whoever does not exist, so that asking about them costs the same. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Bounds guessing without letting strangers lock somebody out. A device on which the person has logged in has a count of its
 * own; so has an address they have a session from. Everybody else shares one count per account, which bounds guessing from
 * many addresses; while it is full, the owner gets in from what they used before, and anywhere else with a mailed link.
 * Unknown accounts are treated alike, so nothing is learnt from it.
 */
@Injectable()
export class LogInThrottle {
  constructor(
    @Inject(RateLimiter) private readonly limiter: RateLimiter,
    @Inject(SessionsRepository) private readonly sessions: SessionsRepository,
    @Inject(KnownDevices) private readonly devices: KnownDevices,
  ) {}

  /** Before a password is checked. @throws ProblemError 429 with Retry-After */
  async attempt(email: string, identityId: string | null, device: Device): Promise<void> {
    const account = normalizeEmail(email);
    const known = this.devices.deviceOf(identityId ?? NOBODY, device.cookie);
    if (known) return this.take('loginDevice', `${identityId}|${known}`);
    await this.take('loginAddress', device.ip);
    await this.take('login', `${account}|${device.ip}`);
    if (!(await this.sessions.knowsAddress(identityId ?? NOBODY, device.ip)))
      await this.take('loginAccount', account);
  }

  /** A right password clears what was counted against the person on this device and at this address. */
  async succeeded(email: string, identityId: string, device: Device): Promise<void> {
    const known = this.devices.deviceOf(identityId, device.cookie);
    if (known) await this.limiter.reset('loginDevice', `${identityId}|${known}`);
    else await this.limiter.reset('login', `${normalizeEmail(email)}|${device.ip}`);
  }

  /**
   * Before a code of a second factor is checked.
   * @param isGuessable codes of six digits are; recovery codes are too long to be
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

  async codeSucceeded(identityId: string, device: Device): Promise<void> {
    await this.limiter.reset('secondFactor', this.codeKey(identityId, device));
  }

  /** Before a company is registered. @throws ProblemError 429 */
  async register(ip: string): Promise<void> {
    await this.take('register', ip);
  }

  /** Before a mailed link is asked for or used. @throws ProblemError 429 */
  async link(ip: string): Promise<void> {
    await this.take('loginAddress', ip);
  }

  /** Whether one more reset mail may go to the address: nobody shall be flooded. */
  async mayMailReset(email: string): Promise<boolean> {
    return (await this.limiter.consume('passwordReset', normalizeEmail(email))).allowed;
  }

  /** Before one more confirmation mail goes to the person. @throws ProblemError 429 */
  async confirmation(identityId: string): Promise<void> {
    await this.take('confirmationMail', identityId);
  }

  /**
   * Before a company mails one more invitation to somebody.
   * @param isProven whether a member of it has confirmed their address
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
