import { Inject, Injectable } from '@nestjs/common';
import { AccessDirectory } from '../access/index.js';
import { currentContext } from '../context/index.js';
import { ProblemError } from '../errors/index.js';
import type { Arrival } from '../http/arrival.js';
import type { RequestLimiter } from '../http/endpoint.guard.js';
import type { ApiRequest } from '../http/endpoint.js';
import { rateLimitHeaders, tightest } from './rate-limit-headers.js';
import { type RateDecision, RateLimiter } from './rate-limiter.js';

/** The part of a reply that this limiter needs. */
interface HeaderReply {
  header(name: string, value: string): unknown;
}

/** A request with the decision made on its arrival. */
interface Counted {
  rateDecision?: RateDecision;
}

/** 429 with the headers that say when to retry (RFC 6585 §4). */
export function tooManyRequests(decision: RateDecision, code = 'tooManyRequests'): ProblemError {
  return new ProblemError(
    429,
    code,
    'Too many requests',
    `Wait ${decision.resetSeconds} seconds before you try again.`,
    { headers: rateLimitHeaders(decision) },
  );
}

/** Limits every request: by address before the caller is known, then by tenant and by person or API key. */
@Injectable()
export class EndpointLimiter implements RequestLimiter {
  constructor(
    @Inject(RateLimiter) private readonly limiter: RateLimiter,
    @Inject(AccessDirectory) private readonly access: AccessDirectory,
  ) {}

  async arrival(request: { ip: string } & Counted): Promise<Arrival> {
    const decision = await this.limiter.consume('ip', request.ip);
    request.rateDecision = decision;
    return {
      headers: rateLimitHeaders(decision),
      ...(decision.allowed ? {} : { refusal: tooManyRequests(decision) }),
    };
  }

  async caller(request: ApiRequest & Counted, reply: unknown): Promise<void> {
    const [tenant, caller] = await Promise.all([
      this.limiter.consume('tenant', currentContext().tenantId ?? 'none'),
      this.countCaller(),
    ]);
    const decision = tightest([request.rateDecision ?? tenant, tenant, caller]);
    if (!decision.allowed) throw tooManyRequests(decision);
    for (const [name, value] of Object.entries(rateLimitHeaders(decision)))
      (reply as HeaderReply).header(name, value);
  }

  /** Counts the person, or the API key against its own limit if it has one. */
  private async countCaller(): Promise<RateDecision> {
    const { actor, identityId } = currentContext();
    if (actor.kind !== 'apiKey') return this.limiter.consume('user', identityId ?? 'none');
    const { apiKeys } = await this.access.current();
    return this.limiter.consume('apiKey', actor.id!, 1, apiKeys.get(actor.id!)?.ratePerMinute ?? undefined);
  }
}
