import type { RateDecision } from './rate-limiter.js';

/**
 * Returns the rate limit headers (IETF draft-ietf-httpapi-ratelimit-headers-02, the three-header form that clients
 * know): `RateLimit-Limit`, `-Remaining`, `-Reset` in seconds, and on a refusal `Retry-After` (RFC 9110 §10.2.3).
 */
export function rateLimitHeaders(decision: RateDecision): Record<string, string> {
  return {
    'RateLimit-Limit': String(decision.limit),
    'RateLimit-Remaining': String(decision.remaining),
    'RateLimit-Reset': String(decision.resetSeconds),
    ...(decision.allowed ? {} : { 'Retry-After': String(decision.resetSeconds) }),
  };
}

/**
 * Returns which of several decisions about a request its headers should show: a refusal, else the one nearest to its
 * limit.
 */
export function tightest(decisions: RateDecision[]): RateDecision {
  return decisions.reduce((a, b) => {
    if (a.allowed !== b.allowed) return a.allowed ? b : a;
    if (!a.allowed) return a.resetSeconds >= b.resetSeconds ? a : b;
    return a.remaining / a.limit <= b.remaining / b.limit ? a : b;
  });
}
