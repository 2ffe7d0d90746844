import { currentContext, requireTenant } from '../../context/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import { conflict, ProblemError } from '../../errors/index.js';
import type { IdempotencyRequest } from '../../http/request-headers.js';
import type { CascadeJob } from './write-row.js';

/** What is stored of the first response: the record it returned, or the body itself if it is not a record. */
export type StoredAnswer =
  | { record: { object: string; id: string }; cascade?: CascadeJob }
  | { body: unknown };

/** Statements that take the key's lock and look for an earlier response; they are sent with BEGIN. */
export function idempotencyLookup(request: IdempotencyRequest): Statement[] {
  const actor = actorId();
  return [
    {
      text: 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as locked',
      values: [`idempotency:${requireTenant()}:${actor}:${request.key}`],
    },
    {
      text: 'select request_hash, status, answer from idempotency where tenant_id = $1 and actor_id = $2 and key = $3',
      values: [requireTenant(), actor, request.key],
    },
  ];
}

/**
 * Returns the earlier response, if there is one.
 * @throws ProblemError 409 while the first request is still running, 422 when the key was used with another body
 */
export function earlierAnswer(
  request: IdempotencyRequest,
  rows: any[][],
): { status: number; answer: StoredAnswer } | undefined {
  if (!rows[0]![0].locked)
    throw conflict(
      'idempotencyKeyInUse',
      'A request with this Idempotency-Key is still running. Try again in a moment.',
      {
        headers: { 'Retry-After': '1' },
      },
    );
  const stored = rows[1]![0];
  if (!stored) return undefined;
  if (stored.request_hash !== request.hash)
    throw new ProblemError(
      422,
      'idempotencyKeyReused',
      'Key already used',
      'This Idempotency-Key was used with another request. Use a new key for a new request.',
    );
  return { status: stored.status, answer: stored.answer };
}

/** Statement that stores the response; it commits with the write. */
export function keepAnswer(request: IdempotencyRequest, status: number, answer: StoredAnswer): Statement {
  return {
    text: 'insert into idempotency (tenant_id, actor_id, key, request_hash, status, answer) values ($1, $2, $3, $4, $5, $6)',
    values: [requireTenant(), actorId(), request.key, request.hash, status, JSON.stringify(answer)],
  };
}

function actorId(): string {
  const context = currentContext();
  return context.actor.id ?? context.memberId ?? '00000000-0000-0000-0000-000000000000';
}
