import { Inject, Injectable } from '@nestjs/common';
import { requireTenant } from '@pellucid/platform/context';
import { type Statement, TenantPool } from '@pellucid/platform/db';
import {
  clockOf,
  COUNT_CAP,
  type ObjectAccess,
  QueryParts,
  type RecordDescriptor,
  scopeSql,
} from '@pellucid/platform/records';
import type { TenantSnapshot } from '@pellucid/platform/access';

/** Records that one access admits and another does not. */
export interface ReachDifference {
  object: RecordDescriptor;
  inside: ObjectAccess;
  outside: ObjectAccess;
  /** Counts only records that this access admits: those that the caller may see. */
  seen: ObjectAccess;
}

/** Number of statements sent together. */
const AT_ONCE = 25;

/** Counts records by who may reach them. */
@Injectable()
export class RecordCountsRepository {
  constructor(@Inject(TenantPool) private readonly pool: TenantPool) {}

  /** Returns the number of undeleted records in each difference, up to {@link COUNT_CAP}. */
  async count(
    differences: ReachDifference[],
    snapshot: TenantSnapshot,
  ): Promise<{ value: number; capped: boolean }[]> {
    const counts: { value: number; capped: boolean }[] = [];
    for (let from = 0; from < differences.length; from += AT_ONCE) {
      const part = differences.slice(from, from + AT_ONCE);
      const results = await this.pool.read(part.map((difference) => statementOf(difference, snapshot)));
      for (const { rows } of results) {
        const n = Number((rows[0] as { n: string }).n);
        counts.push({ value: Math.min(n, COUNT_CAP), capped: n > COUNT_CAP });
      }
    }
    return counts;
  }
}

function statementOf(
  { object, inside, outside, seen }: ReachDifference,
  snapshot: TenantSnapshot,
): Statement {
  const parts = new QueryParts();
  const clock = clockOf(snapshot);
  const where = [`t.tenant_id = ${parts.param(requireTenant())}::uuid`, 't.deleted_at is null'];
  if (!inside.allowed || !seen.allowed || (outside.allowed && !outside.scope)) where.push('false');
  else {
    if (seen.scope) where.push(scopeSql(seen.scope, object, 't', parts, clock));
    if (inside.scope) where.push(scopeSql(inside.scope, object, 't', parts, clock));
    if (outside.allowed && outside.scope)
      where.push(`(${scopeSql(outside.scope, object, 't', parts, clock)}) is not true`);
  }
  return parts.statement(
    `select count(*) as n from (select 1 from ${object.source} t where ${where.join(' and ')} limit ${COUNT_CAP + 1}) as first_rows`,
  );
}
