import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { badRequest } from '../errors/index.js';

/** The idempotency data of a write with an Idempotency-Key. */
export interface IdempotencyRequest {
  key: string;
  /** Hash of method, path and body. */
  hash: string;
}

/** Returns the hash that identifies a request. @param parts its method, path and body */
export function requestHash(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** Returns the request's Idempotency-Key with a hash of its content. @throws ProblemError 400 for an invalid key */
export function idempotencyOf(request: FastifyRequest): IdempotencyRequest | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key.length < 1 || key.length > 200 || !/^[\x20-\x7e]+$/.test(key))
    throw badRequest('invalidIdempotencyKey', 'Idempotency-Key must be 1 to 200 printable ASCII characters.');
  return { key, hash: requestHash(request.method, request.url, request.body ?? null) };
}

/** Returns the version in If-Match. `*` or no header means the current one. @throws ProblemError 400 */
export function ifMatchOf(request: FastifyRequest): number | undefined {
  const given = request.headers['if-match'];
  if (given === undefined || given === '*') return undefined;
  const match = /^(?:W\/)?"(\d{1,9})"$/.exec(given);
  if (!match) throw badRequest('invalidIfMatch', 'If-Match must be the ETag of a version, e.g. "3".');
  return Number(match[1]);
}

/** Returns the ETag of a version. */
export const etagOf = (version: number) => `"${version}"`;
