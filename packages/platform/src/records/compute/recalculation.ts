import { Inject, Injectable } from '@nestjs/common';
import type { UnitOfWork } from '../../db/unit-of-work.js';
import type { FormulaValue } from '../../formulas/index.js';
import { type FilterContext, withoutLimits } from '../decide/index.js';
import { type RecordState, type RollupField, rollupFieldsOf } from '../describe/index.js';
import { RecordReader } from '../read/index.js';
import { VALUES_COMPUTED } from '../remember/index.js';
import { RecordWriter } from '../write/index.js';
import { rollupOfNone, rollupStatement, rollupValue } from './rollups.js';
import { storedResult } from './stored-results.js';

/** Works out stored values anew: formulas, roll-ups and missing numbers. */
@Injectable()
export class Recalculation {
  constructor(
    @Inject(RecordReader) private readonly reader: RecordReader,
    @Inject(RecordWriter) private readonly writer: RecordWriter,
  ) {}

  /**
   * Works out all stored values of some records, as the product. Records whose values are right are left alone, as are deleted
   * ones. Records are locked in the order of their ids before what they are made of is read: of two that do this at once, the
   * later one sees what the earlier one saw, and more.
   * @returns ids of the records that changed, and why others could not
   */
  async run(
    uow: UnitOfWork,
    object: string,
    ids: Iterable<string>,
  ): Promise<{ changed: string[]; failed: { id: string; message: string }[] }> {
    const sorted = [...new Set(ids)].sort();
    if (!sorted.length) return { changed: [], failed: [] };
    const context = withoutLimits(await this.reader.contextFor(object));
    const derived = await this.rollups(uow, context, sorted);
    const outcomes = await this.writer.write(
      object,
      'update',
      sorted.map((id) => ({
        id,
        values: {},
        ...(derived ? { derived: { by: 'rollup', values: derived.get(id) ?? {} } } : {}),
      })),
      { uow, asks: 'product', recalculates: true, verb: VALUES_COMPUTED },
    );
    return {
      changed: outcomes.flatMap(({ id, status }) => (status === 'updated' ? [id!] : [])),
      failed: outcomes.flatMap(({ id, status, errors, failure }) =>
        // A record that was deleted meanwhile has nothing to be worked out.
        status === 'failed' && failure?.status !== 404
          ? [{ id: id!, message: errors?.[0]?.message ?? failure?.detail ?? '' }]
          : [],
      ),
    };
  }

  /** Returns the values of the records' roll-ups, by id; undefined if the object has none. */
  private async rollups(
    uow: UnitOfWork,
    context: FilterContext,
    ids: string[],
  ): Promise<Map<string, RecordState> | undefined> {
    const { descriptor, snapshot } = context;
    const planned = rollupFieldsOf(descriptor).flatMap((f) => {
      const statement = rollupStatement(context, f, ids);
      return statement ? [{ f, statement }] : [];
    });
    if (!planned.length) return undefined;
    const own = this.reader.locked(
      this.reader.plan(descriptor, []),
      ids,
      context,
      'read',
      'living',
      'change',
    );
    // A statement of its own: what the records are made of is read as it is once they are locked.
    await uow.together([own.lock]);
    const answers = await uow.together(planned.map(({ statement }) => statement));
    const values = new Map(ids.map((id): [string, RecordState] => [id, {}]));
    for (const [n, { f }] of planned.entries()) {
      const found = new Map(answers[n]!.map((row) => [row.target as string, row.value]));
      for (const id of ids) {
        const value = found.has(id) ? rollupValue(context, f, found.get(id)) : rollupOfNone(f);
        values.get(id)![f.key] = fitting(f, value, snapshot.settings.baseCurrency);
      }
    }
    return values;
  }
}

/** Returns a roll-up's value as it is stored; empty if the field can't hold it. */
export function fitting(f: RollupField, value: FormulaValue, baseCurrency: string): unknown {
  const stored = storedResult(f, { value }, {}, baseCurrency);
  return 'value' in stored ? stored.value : null;
}
