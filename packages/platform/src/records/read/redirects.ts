import { ProblemError } from '../../errors/index.js';
import { requireTenant } from '../../context/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import { type FilterContext, QueryParts, scopeSql } from '../decide/index.js';
import type { RecordDescriptor } from '../describe/index.js';

/**
 * Returns a statement that says where the old ids of merged records lead: rows `{from, to}`, only for records that the
 * context's actor may read. For ids at which there is no record; others never need it.
 */
export function redirects(object: string, ids: string[], context: FilterContext): Statement {
  const target = context.registry.forTenant(object, context.snapshot);
  const { allowed, scope } = context.access.decide(object, 'read', context.snapshot);
  const parts = new QueryParts([requireTenant(), object, ids]);
  const where = [
    'r.tenant_id = $1::uuid',
    'r.object = $2',
    'r.from_id = any($3::uuid[])',
    't.deleted_at is null',
    ...(!allowed ? ['false'] : scope ? [scopeSql(scope, target, 't', parts, context.clock)] : []),
  ];
  return parts.statement(
    `select r.from_id as "from", t.id as "to" from record_redirect r
       join ${target.source} t on t.tenant_id = r.tenant_id and t.id = r.to_id where ${where.join(' and ')}`,
  );
}

/** 308: the record was merged into another one, which has its own address. */
export function movedTo({ plural, label }: RecordDescriptor, id: string): ProblemError {
  return new ProblemError(
    308,
    'merged',
    'Moved',
    `This ${label.toLowerCase()} was merged into another one. Use its ID: ${id}.`,
    { id, headers: { location: `/api/v1/${plural}/${id}` } },
  );
}
