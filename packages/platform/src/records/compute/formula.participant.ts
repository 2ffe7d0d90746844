import { ownSourcesOf, rollupFieldsOf } from '../describe/index.js';
import type { RecordReader } from '../read/index.js';
import type { WriteBatch, WriteParticipant, WriteRow } from '../write/index.js';
import { type FarRecords, farIds, farReads, inputsOf } from './formula-evaluation.js';
import type { FormulaPlans, PlannedFormula } from './formula-plans.js';
import { fitting } from './recalculation.js';
import { rollupOfNone } from './rollups.js';
import { storedResult } from './stored-results.js';

/** Last of the derivations: formulas read what the others set. */
const ORDER = 10_000;

/**
 * Evaluates the formulas of records in their own writes: all of a new record, and of a changed one those that read what changed.
 * What they read of other records follows by events, see `recalculation.ts`.
 */
export function formulaParticipant(plans: FormulaPlans, reader: RecordReader): WriteParticipant {
  return {
    name: 'formulas',
    objects: '*',
    phase: 'derivations',
    order: ORDER,
    async run(batch) {
      if (batch.operation !== 'create' && batch.operation !== 'update') return;
      const { descriptor, snapshot } = batch;
      if (batch.operation === 'create') beginRollups(batch);
      const plan = plans.of(descriptor, snapshot);
      if (!plan.formulas.length) return;
      const rows = batch.rows.filter(
        (row) => row.ok && plan.formulas.some((each) => isDue(batch, row, each)),
      );
      if (!rows.length) return;
      const context = reader.contextOf(descriptor, snapshot);
      const reads = farReads(
        reader,
        context,
        plan,
        farIds(
          descriptor,
          plan,
          rows.map((row) => row.after),
        ),
      );
      const far: FarRecords = new Map();
      if (reads.length) {
        const answers = await batch.uow.together(reads.map(({ statement }) => statement));
        for (const [n, read] of reads.entries()) read.put(answers[n]!, far);
      }
      for (const row of rows) {
        const record = { state: row.after, createdAt: createdAtOf(batch, row) };
        const inputs = inputsOf(context, record, far, batch.now);
        for (const each of plan.formulas) {
          // Asked again: a formula that this one reads may have another result now.
          if (!isDue(batch, row, each)) continue;
          const { field, checked } = each;
          const result = 'problem' in checked ? checked : checked.evaluate(inputs);
          const stored = storedResult(field, result, row.after, snapshot.settings.baseCurrency);
          row.set(field.key, 'value' in stored ? stored.value : null, 'derived:formula');
        }
      }
    },
  };
}

/** Sets what roll-ups of new records are, to which no record refers yet. */
function beginRollups({ descriptor, rows, snapshot }: WriteBatch): void {
  for (const f of rollupFieldsOf(descriptor)) {
    const value = fitting(f, rollupOfNone(f), snapshot.settings.baseCurrency);
    for (const row of rows) if (row.ok) row.set(f.key, value, 'derived:rollup');
  }
}

/** Whether a formula's result may differ from what the record has. */
function isDue(batch: WriteBatch, row: WriteRow, { field }: PlannedFormula): boolean {
  return (
    batch.operation === 'create' ||
    batch.recalculates ||
    ownSourcesOf(field.computed.sources).some((key) => row.changed(key)) ||
    (field.computed.sources.lines ?? []).some((key) => row.changed(key.split('.')[0]!))
  );
}

function createdAtOf(batch: WriteBatch, row: WriteRow): string {
  return row.before?.createdAt ?? row.provenance.createdAt ?? batch.now.toISOString();
}
