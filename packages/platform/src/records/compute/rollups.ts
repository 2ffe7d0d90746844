import { fromScaled } from '@pellucid/conditions/decimal';
import type { RollupSettings } from '../../access/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import type { FormulaValue } from '../../formulas/index.js';
import { columnSql, type FilterContext, ownConditionSql, QueryParts } from '../decide/index.js';
import type { RecordDescriptor, RollupField } from '../describe/index.js';
import { formulaValue } from './formula-names.js';

/** What a roll-up is of records to which none refers. */
const OF_NONE: Record<RollupSettings['fn'], FormulaValue> = { count: '0', sum: '0', min: null, max: null };

/** Returns a roll-up's value for a record to which no record refers. */
export const rollupOfNone = ({ computed }: RollupField): FormulaValue => OF_NONE[computed.fn];

/**
 * Returns the statement that works a roll-up out for records, from the records that refer to them now: rows `{target, value}`,
 * none for a record to which none refers. Undefined if the description no longer has what it counts.
 */
export function rollupStatement(
  context: FilterContext,
  f: RollupField,
  ids: readonly string[],
): Statement | undefined {
  const { registry, snapshot, descriptor, clock } = context;
  const { object, field, fn, of, filter } = f.computed;
  const counted = registry.has(object, snapshot) ? registry.forTenant(object, snapshot) : undefined;
  const rows = counted?.byKey.get(field)?.storage.linked?.('t', 'l', descriptor.key);
  const value = of === undefined ? undefined : counted?.byKey.get(of);
  if (!counted || !rows || (of !== undefined && !value)) return undefined;
  const parts = new QueryParts([snapshot.tenantId, ids]);
  const from = rows.table
    ? `${rows.table} l join ${counted.source} t on t.tenant_id = l.tenant_id and t.id = ${rows.record}`
    : `${counted.source} t`;
  const where = [
    't.tenant_id = $1::uuid',
    `${rows.target} = any($2::uuid[])`,
    't.deleted_at is null',
    ...(rows.where ? [rows.where] : []),
    ...(filter ? [ownConditionSql(filter, counted, 't', parts, clock)] : []),
  ];
  const chosen = value ? columnSql(counted, value, 't').value : 'null';
  // Several rows of a table may link the same two records.
  return parts.statement(
    `select target, ${AGGREGATES[fn]} as value
       from (select distinct t.id, ${rows.target} as target, ${chosen} as value from ${from} where ${where.join(' and ')}) s
      group by target`,
  );
}

const AGGREGATES: Record<RollupSettings['fn'], string> = {
  count: 'count(*)::text',
  // The sum of a bigint column may be larger than the type.
  sum: 'coalesce(sum(value), 0)::text',
  min: 'min(value)',
  max: 'max(value)',
};

/** Returns a row's value as formulas have it. */
export function rollupValue(context: FilterContext, f: RollupField, raw: unknown): FormulaValue {
  const { object, fn, of } = f.computed;
  if (raw === null || raw === undefined) return null;
  if (fn === 'count') return String(raw);
  const source: RecordDescriptor = context.registry.forTenant(object, context.snapshot);
  const value = source.byKey.get(of!)!;
  return fn === 'sum'
    ? fromScaled(String(raw), value.scale)
    : formulaValue(value, value.traits.codec.fromColumn(raw, value));
}
