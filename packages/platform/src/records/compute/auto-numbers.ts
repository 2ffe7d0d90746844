import type { AutoNumberSettings } from '../../access/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import type { UnitOfWorkFactory } from '../../db/unit-of-work.js';
import type { FieldDescriptor, RecordDescriptor } from '../describe/index.js';
import type { WriteBatch, WriteParticipant, WriteRow } from '../write/index.js';

/** A field whose numbers are given out. */
type NumberedField = FieldDescriptor & { computed: AutoNumberSettings };

/** Before formulas, which may read numbers. */
const ORDER = 9_000;

/** Digits of a number if the company says nothing else. */
export const DEFAULT_DIGITS = 5;

/** Returns the object's numbered fields, in the order in which their series are locked. */
function numberedFieldsOf({ fields }: RecordDescriptor): NumberedField[] {
  return fields
    .filter((f): f is NumberedField => f.computed?.kind === 'autoNumber')
    .sort((a, b) => (a.custom!.id < b.custom!.id ? -1 : 1));
}

/** Returns a number as records show it: `T-00042`. */
export function numberText(
  { prefix = '', digits = DEFAULT_DIGITS }: AutoNumberSettings,
  number: bigint,
): string {
  return prefix + String(number).padStart(digits, '0');
}

/**
 * Returns the statement that takes numbers of a series: the row `{first, early}`. Numbers that were kept for records older than
 * the field are taken only for these, as long as there are any.
 */
function takeStatement(tenantId: string, fieldId: string, count: number, forOlder: boolean): Statement {
  return forOlder
    ? {
        // Of the numbers kept for older records first; what these don't hold comes from the end of the series.
        text: `update custom_series s
                  set early_next = least(s.early_end, s.early_next + $3),
                      next = s.next + greatest(0, $3 - (s.early_end - s.early_next))
                 from (select early_next, early_end, next from custom_series
                        where tenant_id = $1 and field_id = $2 for update) was
                where s.tenant_id = $1 and s.field_id = $2
                returning was.next::text as first, was.early_next::text as early, was.early_end::text as "earlyEnd"`,
        values: [tenantId, fieldId, count],
      }
    : {
        text: `update custom_series set next = next + $3 where tenant_id = $1 and field_id = $2
                returning (next - $3)::text as first, '0' as early, '0' as "earlyEnd"`,
        values: [tenantId, fieldId, count],
      };
}

/** Returns numbers from the answer to {@link takeStatement}; none if the series is not there. */
function numbersIn(rows: any[], count: number): bigint[] {
  const [row] = rows;
  if (!row) return [];
  const [first, early, earlyEnd] = [row.first, row.early, row.earlyEnd].map(BigInt) as [
    bigint,
    bigint,
    bigint,
  ];
  const numbers: bigint[] = [];
  for (let n = early; n < earlyEnd && numbers.length < count; n++) numbers.push(n);
  for (let n = first; numbers.length < count; n++) numbers.push(n);
  return numbers;
}

/**
 * Gives new records their numbers. They are taken before the transaction begins, so that nobody waits for somebody else's, and a
 * creation that fails leaves a gap. In a transaction that the caller has begun, the series is held until it ends.
 */
export function autoNumberParticipant(units: UnitOfWorkFactory): WriteParticipant {
  const reserved = new WeakMap<object, Map<string, bigint[]>>();
  const isDue = ({ operation, recalculates }: Pick<WriteBatch, 'operation' | 'recalculates'>) =>
    operation === 'create' || (operation === 'update' && recalculates);
  return {
    name: 'auto-numbers',
    objects: '*',
    phase: 'derivations',
    order: ORDER,
    async reserve(batch) {
      if (batch.operation !== 'create') return;
      const fields = numberedFieldsOf(batch.descriptor);
      const count = batch.rows.filter((row) => row.ok).length;
      if (!fields.length || !count) return;
      const taken = await units.run((uow) =>
        uow.together(fields.map((f) => takeStatement(uow.tenantId, f.custom!.id, count, false))),
      );
      reserved.set(batch, new Map(fields.map((f, n) => [f.key, numbersIn(taken[n]!, count)])));
    },
    async run(batch) {
      if (!isDue(batch)) return;
      const fields = numberedFieldsOf(batch.descriptor);
      for (const f of fields) {
        const rows = batch.rows
          .filter((row) => row.ok && (row.after[f.key] ?? null) === null)
          .sort((a, b) => order(a, b));
        if (!rows.length) continue;
        const numbers =
          reserved.get(batch)?.get(f.key) ??
          numbersIn(
            await batch.uow.run(
              takeStatement(batch.uow.tenantId, f.custom!.id, rows.length, batch.operation !== 'create'),
            ),
            rows.length,
          );
        for (const row of rows) {
          const number = numbers.shift();
          if (number !== undefined) row.set(f.key, numberText(f.computed, number), 'derived:autoNumber');
        }
      }
    },
  };
}

/** Orders records by their creation; new ones as they were given. */
function order(a: WriteRow, b: WriteRow): number {
  if (!a.before || !b.before) return a.index - b.index;
  const [one, other] = [a.before.createdAt + a.id, b.before.createdAt + b.id];
  return one < other ? -1 : 1;
}

/**
 * Returns the statement that begins a series. As many numbers as there are records now are kept for these, so that they come
 * first, in the order of their creation.
 */
export function beginSeries(
  tenantId: string,
  fieldId: string,
  { source }: RecordDescriptor,
  { start = 1 }: AutoNumberSettings,
): Statement {
  return {
    text: `insert into custom_series (tenant_id, field_id, next, early_next, early_end)
           select $1, $2, $3 + count(*), $3, $3 + count(*) from ${source} t where t.tenant_id = $1 and t.deleted_at is null
           on conflict do nothing`,
    values: [tenantId, fieldId, start],
  };
}
