import { averageTenant } from '../../db/average-tenant.js';
import { requireTenant } from '../../context/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import { type FilterContext, QueryParts, scopeSql } from '../decide/index.js';
import { joinsOf } from './list-statements.js';
import type { ReadPlan } from './read-plan.js';

/**
 * How rows that are about to be written are locked. A reference locks its target by key, as a foreign key does: the
 * target can still be changed, but its deletion waits and then finds the reference.
 */
const LOCKS = { change: 'for no key update of t', delete: 'for update of t' } as const;

/** Which records a read by id may find. */
export type WhichRecords = 'living' | 'deleted' | 'any';

/** Statements that lock records and read them, to be sent in this order and in one transaction. */
export interface LockedRead {
  lock: Statement;
  read: Statement;
  /** Takes the records from the rows of the two statements. */
  rows(locked: any[][], read: any[][]): any[][];
}

/**
 * Returns a statement that reads records by id in the actor's scope for the action, or for all of several actions. Rows are
 * arrays for {@link ReadPlan.load}.
 */
export function byIds(
  plan: ReadPlan,
  ids: string[],
  context: FilterContext,
  action: string | string[],
  which: WhichRecords,
): Statement {
  const parts = plan.parts();
  const where = admitting(parts, ids, context, action, which);
  return {
    ...parts.statement(`select ${plan.select} from ${plan.from} ${joinsOf(parts)} where ${where}`),
    rowMode: 'array',
    plannedOnce: true,
  };
}

/**
 * Like {@link byIds}, for records that are about to be changed. Lock and read are two statements: one that has waited for a
 * lock sees the record as it is now, but its links, shares and names as they were before it waited.
 */
export function lockedByIds(
  plan: ReadPlan,
  ids: string[],
  context: FilterContext,
  action: string | string[],
  which: WhichRecords,
  lock: keyof typeof LOCKS,
): LockedRead {
  const parts = new QueryParts();
  const where = admitting(parts, ids, context, action, which);
  const { source } = context.descriptor;
  return {
    lock: {
      ...parts.statement(
        `select t.id from ${source} t ${joinsOf(parts)} where ${where} order by t.id ${LOCKS[lock]}`,
      ),
      rowMode: 'array',
      plannedOnce: true,
    },
    read: byIds(plan, ids, context, action, which),
    rows(locked, read) {
      // A record that came into the actor's scope between the statements is not locked.
      const held = new Set(locked.map((row) => row[0]));
      return read.filter((row) => held.has(row[0]));
    },
  };
}

/** Returns the condition that admits the records with the ids that the actor may reach by the action. */
function admitting(
  parts: QueryParts,
  ids: string[],
  context: FilterContext,
  action: string | string[],
  which: WhichRecords,
): string {
  const tenant = parts.param(requireTenant());
  const list = parts.param(ids);
  const where = [
    `t.tenant_id = ${averageTenant(tenant)}`,
    ids.length === 1 ? `t.id = (${list}::uuid[])[1]` : `t.id = any(${list}::uuid[])`,
  ];
  if (which !== 'any') where.push(`t.deleted_at is ${which === 'living' ? '' : 'not '}null`);
  for (const each of [action].flat()) {
    const { allowed, scope } = context.access.decide(context.descriptor.key, each, context.snapshot);
    if (!allowed) where.push('false');
    else if (scope) where.push(scopeSql(scope, context.descriptor, 't', parts, context.clock));
  }
  return where.join(' and ');
}
