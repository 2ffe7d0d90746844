import { badRequest, type ProblemError } from '../errors/index.js';
import type { RequestLimiter } from './endpoint.guard.js';
import { isWebApp } from './web-app.js';

/** The limiter's decision about a request before the caller is known. */
export interface Arrival {
  /** `RateLimit-*` headers, set on every response. */
  headers: Record<string, string>;
  /** 429, if the address has used up its limit. */
  refusal?: ProblemError;
}

const UNCOUNTED: Arrival = { headers: {} };

/**
 * Counts every request by its address, whether or not a route matches, and sets the headers on its response. Files of
 * the web app are not counted.
 */
export function countArrivals(fastify: any, limiter: () => RequestLimiter): void {
  const count = async (request: any, reply: any) => {
    if (isWebApp(request)) {
      request.arrival = UNCOUNTED;
      return;
    }
    const arrival = await limiter().arrival(request);
    request.arrival = arrival;
    reply.headers(arrival.headers);
  };
  fastify.addHook('onRequest', count);
  // Preflights are answered before any of our hooks run. They are counted here and never refused.
  fastify.addHook(
    'onSend',
    (request: any, reply: any, payload: unknown, done: (error: Error | null, payload?: unknown) => void) => {
      if (request.arrival) return done(null, payload);
      count(request, reply).then(() => done(null, payload), done);
    },
  );
}

/**
 * Refuses a request from an address past its limit, or one whose URL cannot be read. Register it after the hooks that
 * set security headers.
 */
export function refuseArrivals(fastify: any, _options: unknown, done: () => void): void {
  fastify.addHook('onRequest', (request: any, _reply: unknown, next: (error?: Error) => void) =>
    next(request.arrival.refusal ?? addressProblem(request.url)),
  );
  done();
}
// Applies the plugin to the whole application, not just a part of it (as fastify-plugin does).
(refuseArrivals as any)[Symbol.for('skip-override')] = true;

/**
 * Returns what is wrong with the characters of a URL. Parsers would otherwise keep what they cannot decode unchanged.
 */
function addressProblem(url: string): Error | undefined {
  if (!url.includes('%')) return undefined;
  if (url.includes('%00'))
    return badRequest('invalidText', 'The address contains a NUL character (%00). Remove it.');
  try {
    decodeURIComponent(url);
    return undefined;
  } catch {
    return badRequest(
      'invalidText',
      "The address contains a percent sign that doesn't start a UTF-8 character. Write it as %25 or encode the text as UTF-8.",
    );
  }
}
