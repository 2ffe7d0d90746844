import { randomUUID } from 'node:crypto';
import { contextOrUndefined, newContext, runInContext } from '@pellucid/platform/context';
import type { Statement } from '@pellucid/platform/db';
import { type SecurityEvent, securityEventStatements } from '@pellucid/platform/records';

/** A member in whose company's log an event is recorded. */
export interface ToldMember {
  tenantId: string;
  memberId: string;
}

/**
 * Returns statements that log in a company what happened to the log-in of one of its members. They run in the
 * transaction of the change, under the platform's log-in, since sessions and passwords belong to no company.
 * @param by who did it: the member, an unknown person, or whoever the context says
 */
export function memberEvent(
  { tenantId, memberId }: ToldMember,
  verb: string,
  changes: SecurityEvent['changes'] = {},
  by: 'member' | 'stranger' | 'caller' = 'member',
): Statement[] {
  // When the product itself catches up, there is no request.
  const { correlationId, origin, actor, cause } =
    contextOrUndefined() ?? newContext({ correlationId: randomUUID(), cause: { kind: 'system', id: null } });
  const context = newContext({
    correlationId,
    origin,
    cause,
    tenantId,
    ...(by === 'member' ? { actor: { kind: 'member' as const, id: memberId } } : {}),
    ...(by === 'caller' ? { actor } : {}),
  });
  return runInContext(context, () =>
    securityEventStatements([{ verb, object: 'member', recordId: memberId, changes }]),
  );
}
