import { LruMap } from '@pellucid/conditions';
import { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { type Logger, throttled } from '../observability/index.js';

/** What is counted. The caller chooses the key: an IP address, a tenant's id, or `e-mail|ip` for log-ins. */
export type RateBucket =
  | 'ip'
  | 'tenant'
  | 'user'
  | 'apiKey'
  | 'login'
  | 'loginAddress'
  | 'loginAccount'
  | 'loginDevice'
  | 'secondFactor'
  | 'secondFactorAccount'
  | 'register'
  | 'passwordReset'
  | 'invitation'
  | 'unprovenInvitation'
  | 'invitationMail'
  | 'confirmationMail'
  | 'upload';

/** How many points a bucket has per window. */
export interface RateLimit {
  /** Points per window. */
  points: number;
  windowSeconds: number;
  /** Counted exactly, also during an outage of the store; for limits that protect passwords. */
  strict?: boolean;
}

/** Generous for people and integrations, strict where somebody could guess. */
export const DEFAULT_RATE_LIMITS: Record<RateBucket, RateLimit> = {
  ip: { points: 3_000, windowSeconds: 60 },
  tenant: { points: 12_000, windowSeconds: 60 },
  user: { points: 1_500, windowSeconds: 60 },
  apiKey: { points: 3_000, windowSeconds: 60 },
  upload: { points: 120, windowSeconds: 3_600 },
  login: { points: 10, windowSeconds: 300, strict: true },
  loginAddress: { points: 300, windowSeconds: 300, strict: true },
  loginAccount: { points: 100, windowSeconds: 3_600, strict: true },
  loginDevice: { points: 10, windowSeconds: 300, strict: true },
  secondFactor: { points: 10, windowSeconds: 300, strict: true },
  secondFactorAccount: { points: 50, windowSeconds: 3_600, strict: true },
  register: { points: 200, windowSeconds: 3_600, strict: true },
  passwordReset: { points: 5, windowSeconds: 3_600, strict: true },
  invitation: { points: 200, windowSeconds: 3_600, strict: true },
  // Limits how many strangers a company can mail before anybody in it has confirmed their address.
  unprovenInvitation: { points: 10, windowSeconds: 86_400, strict: true },
  // Keeps an address from being flooded with invitations, even by a company that may send many.
  invitationMail: { points: 5, windowSeconds: 3_600, strict: true },
  confirmationMail: { points: 5, windowSeconds: 3_600, strict: true },
};

/** The decision, in the terms of the `RateLimit-*` headers. */
export interface RateDecision {
  allowed: boolean;
  limit: number;
  remaining: number;
  /** Seconds until the next window starts, rounded up. */
  resetSeconds: number;
}

/** Counts requests. An unavailable store never makes it throw. */
export abstract class RateLimiter {
  /**
   * Takes points from a bucket.
   * @param points the request's weight, 1 by default
   * @param limit points per window for this key, if it has a limit of its own
   */
  abstract consume(bucket: RateBucket, key: string, points?: number, limit?: number): Promise<RateDecision>;
  /** Resets a count, e.g. that of failed log-ins after a successful one. */
  abstract reset(bucket: RateBucket, key: string): Promise<void>;
  abstract close(): Promise<void>;
}

/** Allows everything (PELLUCID_RATE_LIMITS=off). */
export class NoRateLimiter extends RateLimiter {
  async consume(bucket: RateBucket, _key?: string, _points?: number, own?: number): Promise<RateDecision> {
    const { points, windowSeconds } = DEFAULT_RATE_LIMITS[bucket];
    const limit = own ?? points;
    return { allowed: true, limit, remaining: limit, resetSeconds: windowSeconds };
  }
  async reset(): Promise<void> {}
  async close(): Promise<void> {}
}

interface Portion {
  left: number;
  remaining: number;
  resetAt: number;
  expiresAt: number;
}

const MAX_PORTION = 25;
/** Limits below this are counted one by one, because a portion would be a large part of them. */
const MIN_PORTIONED = 100;
const PORTION_MS = 1_000;
/** Maximum number of keys in memory, so that a flood of addresses cannot fill it. */
const MAX_KEYS = 50_000;
const REDIS_TIMEOUT_MS = 250;

/**
 * Rejects when no answer arrives in time. A busy process is not an outage: an answer that lies in the socket when the time
 * is up still counts. Timers run before sockets are read, and setImmediate after that.
 */
function inTime<T>(answer: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => setImmediate(() => reject(new Error(`Redis did not answer within ${ms} ms`))),
      ms,
    );
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Counts in Redis, so that all replicas share one count, or in the memory of this process.
 *
 * Wide buckets are taken from Redis in portions of up to 25 points that this process hands out for a second, so a busy
 * key costs one round trip per portion. The price: a replica may hold up to 25 unused points, so near the limit up to
 * that many requests per replica and second can be refused early, and `remaining` is equally outdated. Strict buckets
 * are exact.
 *
 * While Redis does not respond, strict buckets are counted in memory and all others allow every request, and a line is
 * logged.
 */
export class StoredRateLimiter extends RateLimiter {
  private readonly stores = new Map<RateBucket, RateLimiterAbstract>();
  private readonly insurance = new Map<RateBucket, RateLimiterMemory>();
  private readonly portions = new LruMap<string, Portion>(MAX_KEYS);
  private readonly fetching = new Map<string, Promise<unknown>>();
  private readonly redis: Redis | null;
  private readonly warn = throttled(10_000);

  constructor(
    redisUrl: string | undefined,
    private readonly logger: Logger,
    private readonly limits: Record<RateBucket, RateLimit> = DEFAULT_RATE_LIMITS,
    private readonly timeoutMs = REDIS_TIMEOUT_MS,
  ) {
    super();
    this.redis = redisUrl
      ? new Redis(redisUrl, {
          enableOfflineQueue: false,
          maxRetriesPerRequest: 0,
          connectTimeout: 3_000,
          retryStrategy: (n) => Math.min(n * 100, 2_000),
        })
      : null;
    this.redis?.on('error', () => {});
    if (!this.redis)
      logger.warn('rate limits are counted in this process only: give REDIS_URL to share them');
    for (const [name, { points, windowSeconds: duration }] of Object.entries(limits)) {
      const options = { keyPrefix: `rate-${name}`, points, duration };
      const memory = new RateLimiterMemory(options);
      this.insurance.set(name as RateBucket, memory);
      this.stores.set(
        name as RateBucket,
        this.redis
          ? new RateLimiterRedis({ ...options, storeClient: this.redis, rejectIfRedisNotReady: true })
          : memory,
      );
    }
  }

  async consume(
    bucket: RateBucket,
    key: string,
    points = 1,
    limit = this.limits[bucket].points,
  ): Promise<RateDecision> {
    const { strict } = this.limits[bucket];
    if (strict || !this.redis) return this.exact(bucket, key, points, limit);
    const id = `${bucket}|${key}`;
    // Concurrent requests with the same key share one portion.
    for (let pending = this.fetching.get(id); pending; pending = this.fetching.get(id)) await pending;
    return this.fromPortion(id, points, limit) ?? this.fetchPortion(bucket, key, id, points, limit);
  }

  async reset(bucket: RateBucket, key: string): Promise<void> {
    this.portions.delete(`${bucket}|${key}`);
    await this.insurance.get(bucket)!.delete(key);
    try {
      await this.stores.get(bucket)!.delete(key);
    } catch (error) {
      this.outage(error);
    }
  }

  async close(): Promise<void> {
    this.redis?.disconnect();
  }

  private fromPortion(id: string, points: number, limit: number): RateDecision | null {
    const portion = this.portions.get(id);
    const now = Date.now();
    if (!portion || portion.expiresAt <= now || portion.left < points) return null;
    portion.left -= points;
    return this.decision(limit, true, portion.remaining + portion.left, portion.resetAt - now);
  }

  private async fetchPortion(
    bucket: RateBucket,
    key: string,
    id: string,
    points: number,
    limit: number,
  ): Promise<RateDecision> {
    const known = this.portions.get(id);
    const isNearLimit =
      known !== undefined && known.resetAt > Date.now() && known.remaining < 2 * MAX_PORTION;
    const extra = isNearLimit || limit < MIN_PORTIONED ? 0 : Math.min(MAX_PORTION, Math.floor(limit / 20));
    const fetched = this.exact(bucket, key, points + extra, limit);
    this.fetching.set(id, fetched);
    try {
      const answer = await fetched;
      const now = Date.now();
      const resetAt = now + answer.resetSeconds * 1_000;
      const left = answer.allowed ? extra : 0;
      this.portions.set(id, {
        left,
        remaining: answer.remaining,
        resetAt,
        expiresAt: Math.min(now + PORTION_MS, resetAt),
      });
      return this.decision(limit, answer.allowed, answer.remaining + left, answer.resetSeconds * 1_000);
    } finally {
      this.fetching.delete(id);
    }
  }

  private async exact(bucket: RateBucket, key: string, points: number, limit: number): Promise<RateDecision> {
    try {
      return await inTime(this.count(this.stores.get(bucket)!, key, points, limit), this.timeoutMs);
    } catch (error) {
      this.outage(error);
      if (this.limits[bucket].strict) return this.count(this.insurance.get(bucket)!, key, points, limit);
      const { windowSeconds } = this.limits[bucket];
      return { allowed: true, limit, remaining: limit, resetSeconds: windowSeconds };
    }
  }

  private async count(
    store: RateLimiterAbstract,
    key: string,
    points: number,
    limit: number,
  ): Promise<RateDecision> {
    // The store rejects past the bucket's own limit; what matters is how much was consumed.
    const { consumedPoints, msBeforeNext } = await store.consume(key, points).catch((refusal) => {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      return refusal;
    });
    return this.decision(limit, consumedPoints <= limit, limit - consumedPoints, msBeforeNext);
  }

  private decision(limit: number, allowed: boolean, remaining: number, ms: number): RateDecision {
    return {
      allowed,
      limit,
      // During an outage, a portion comes on top of a count that is whole.
      remaining: Math.min(limit, Math.max(0, remaining)),
      resetSeconds: Math.max(1, Math.ceil(ms / 1_000)),
    };
  }

  private outage(error: unknown): void {
    this.warn(() =>
      this.logger.warn({ err: error }, 'rate limits cannot be counted in Redis: only log-ins are limited'),
    );
  }
}
