import type { UnitOfWork } from '@pellucid/platform/db';
import type { DeferredRow, RowResult } from '../imports.types.js';
import { type BatchOutcome, type BatchWorld, noCounts } from './batch-world.js';
import { outcomeReasons, type Reason, reason } from '../reasons/reason.js';
import { storableReason } from './batch-writer.js';
import { ambiguous, missing } from './import-batch.js';
import type { PlannedTarget } from './import-plan.js';
import { ReferenceLookups } from './reference-lookup.js';
import { type Attempt, RelatedRecords } from './related-records.js';

/**
 * Sets references between rows of the file after all rows were written. If a reference cannot be set, the row counts as
 * failed from then on: its record stays, without the reference, and the reason says so.
 * @param refused rows known to fail, with their reasons
 */
export async function writeDeferred(
  uow: UnitOfWork,
  world: BatchWorld,
  rows: DeferredRow[],
  refused: ReadonlyMap<number, Reason[]>,
): Promise<Attempt<BatchOutcome>> {
  const { plan, descriptors, records } = world;
  const lookups = new ReferenceLookups(descriptors, world.rights);
  const related = new RelatedRecords(records);
  const targetOf = (key: string) => plan.targets.find((t) => t.field.key === key && t.reference)!;
  const lookupOf = (target: PlannedTarget) => lookups.of(target.reference!.object, target.reference!.by);
  const each = (fn: (row: DeferredRow, target: PlannedTarget, text: string) => void) => {
    for (const row of rows)
      for (const [key, text] of Object.entries(row.deferred)) fn(row, targetOf(key), text);
  };
  each((_row, target, text) => lookupOf(target).want(text));
  const statements = lookups.statements();
  const found = await uow.together(statements.map((s) => s.statement));
  for (const [i, { lookup }] of statements.entries()) lookup.take(found[i]!);
  each((row, target, text) => {
    const lookup = lookupOf(target);
    if (!refused.has(row.row) && target.reference!.unknown === 'create' && lookup.resolve(text) === undefined)
      related.want(lookup, text, row.row);
  });
  await related.make(uow);

  const values = new Map<number, Record<string, string>>();
  const reasons = new Map<number, Reason[]>(refused);
  each((row, target, text) => {
    if (refused.has(row.row)) return;
    const lookup = lookupOf(target);
    const resolution = lookup.resolve(text);
    const refuse = (why: Reason[]) => reasons.set(row.row, [...(reasons.get(row.row) ?? []), ...why]);
    if (resolution && 'id' in resolution)
      values.set(row.row, { ...values.get(row.row), [target.field.key]: resolution.id });
    else if (resolution) refuse([ambiguous(target, text, lookup, resolution.ambiguous)]);
    else if (target.reference!.unknown !== 'empty')
      refuse(missing(target, text, lookup, related.refusal(lookup, text)));
  });

  const counts = { ...noCounts(), related: related.made.length };
  const writing = rows.filter((row) => values.has(row.row));
  const written = new Set<number>();
  if (writing.length) {
    const inputs = writing.map((row) => ({ id: row.record_id!, values: values.get(row.row)! }));
    // Whoever may create a record may also complete its creation.
    const action = plan.mode === 'create' ? 'create' : 'update';
    const outcomes = await records.writer.write(plan.object, 'update', inputs, {
      uow,
      mode: 'import',
      action,
    });
    for (const outcome of outcomes) {
      const { row } = writing[outcome.index]!;
      if (outcome.status === 'failed')
        reasons.set(row, [...(reasons.get(row) ?? []), ...outcomeReasons(outcome)]);
      else if (outcome.status === 'updated') written.add(row);
    }
  }
  const results = rows.map((row): RowResult => {
    const found = reasons.get(row.row);
    const next = found
      ? 'failed'
      : row.status === 'unchanged' && written.has(row.row)
        ? 'updated'
        : row.status;
    if (next !== row.status) {
      counts[row.status]--;
      counts[next]++;
    }
    const told = found && [reason('savedWithoutReference'), ...found].map(storableReason);
    return { ...row, status: next, reasons: told ?? null, deferred: null };
  });
  return {
    outcome: {
      counts,
      results,
      objects: new Set([plan.object, ...related.objects]),
      related: related.made,
      keys: new Map(),
      scopes: new Map(),
    },
    orphaning: new Map(related.orphaning(new Set(reasons.keys())).map((row) => [row, reasons.get(row)!])),
  };
}
