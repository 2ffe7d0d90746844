import { ZodError } from 'zod';
import { ProblemError } from '../errors/index.js';

/**
 * What to do about an error: `transient` will pass (retry with backoff), `permanent` will not (dead letter at once),
 * `unknown` is retried until the attempts are used up.
 */
export type ErrorClass = 'transient' | 'permanent' | 'unknown';

/** Throw it when a retry may succeed, e.g. because another service does not respond. */
export class TransientError extends Error {
  override name = 'TransientError';
}

/** Throw it when no retry can succeed, e.g. because the record that the job is about was deleted. */
export class PermanentError extends Error {
  override name = 'PermanentError';
}

/** Throw it when what leaves the product may have arrived, though nobody confirmed it. Only a person can decide to repeat it. */
export class UncertainError extends Error {
  override name = 'UncertainError';
}

/** Why a running handler was told to stop. It is the reason of the job's AbortSignal. */
export class JobStoppedError extends Error {
  override name = 'JobStoppedError';
  /** For the reason of a dead letter. */
  readonly code: string;

  constructor(readonly because: 'cancelled' | 'leaseLost' | 'timeout' | 'shutdown' | 'workerDied') {
    super(`the job was stopped: ${because}`);
    this.code = because;
  }
}

/** Why a job is a dead letter that no worker has a handler for. */
export class UnknownJobError extends Error {
  override name = 'UnknownJobError';
  readonly code = 'unknownJob';
}

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * SQLSTATE classes and codes of transient errors: connection, resources, shutdown, serialisation, deadlock, lock
 * timeout.
 */
const TRANSIENT_SQLSTATE = /^(08|53|57P|40001|40P01|55P03|57014)/;

/** pg's message for a broken socket; it has neither an SQLSTATE class nor a code. */
const LOST_CONNECTION = 'Connection terminated';

/** Whether the database or the network was not reachable, i.e. the work itself is not to blame. */
export function isOutage(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return NETWORK.has(code) || /^(08|53|57P)/.test(code);
  return error instanceof Error && String(message).startsWith(LOST_CONNECTION);
}

/** Classifies an error by its type and code. */
export function classifyError(error: unknown): ErrorClass {
  if (error instanceof TransientError) return 'transient';
  if (error instanceof PermanentError || error instanceof ZodError) return 'permanent';
  if (error instanceof JobStoppedError) return 'transient';
  if (error instanceof ProblemError) {
    const mayPass =
      error.status === 409 || error.status === 412 || error.status === 429 || error.status >= 500;
    return mayPass ? 'transient' : 'permanent';
  }
  if (isOutage(error)) return 'transient';
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && TRANSIENT_SQLSTATE.test(code) ? 'transient' : 'unknown';
}

/** How long to wait before the next attempt. */
export interface Backoff {
  /** Wait after the first failure, in milliseconds; doubles with each further one. */
  firstMs: number;
  maxMs: number;
}

/**
 * Returns the wait in milliseconds after the given number of failures: exponential, with the upper half random, so that
 * jobs that failed together are not retried together.
 */
export function backoffMs({ firstMs, maxMs }: Backoff, failures: number, random = Math.random): number {
  const full = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full / 2 + (random() * full) / 2);
}
