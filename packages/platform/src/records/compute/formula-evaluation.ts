import { dayAt, formatDay } from '@pellucid/conditions';
import type { TenantSnapshot } from '../../access/index.js';
import type { Statement } from '../../db/tenant-pool.js';
import type { FormulaInputs, FormulaValue } from '../../formulas/index.js';
import { type FilterContext, withoutLimits } from '../decide/index.js';
import { linesIn, type RecordDescriptor, type RecordState } from '../describe/index.js';
import type { LoadedRecord, RecordReader } from '../read/index.js';
import { CREATED_AT, formulaValue } from './formula-names.js';
import type { ObjectFormulas } from './formula-plans.js';

/** Records that others refer to, by object and id. */
export type FarRecords = Map<string, Map<string, LoadedRecord>>;

/** A record for which formulas are evaluated. */
export interface FormulaRecord {
  state: Readonly<RecordState>;
  createdAt: string;
}

/** Returns which records the formulas read besides those of their object: ids by the key of the target object. */
export function farIds(
  descriptor: RecordDescriptor,
  { far }: ObjectFormulas,
  states: Iterable<Readonly<RecordState>>,
): Map<string, Set<string>> {
  const wanted = new Map<string, Set<string>>();
  if (!far.size) return wanted;
  for (const state of states)
    for (const key of far.keys()) {
      const id = state[key];
      const object = descriptor.byKey.get(key)?.references;
      if (typeof id === 'string' && object !== undefined)
        wanted.set(object, (wanted.get(object) ?? new Set()).add(id));
    }
  return wanted;
}

/** A statement that reads records of one object, and how to take them from its rows. */
interface FarRead {
  statement: Statement;
  put(rows: any[][], into: FarRecords): void;
}

/**
 * Returns how to read what formulas need of other records, whoever asks: a stored value is made for everybody, and shown to
 * those who see what it is made of. Deleted records are not there.
 */
export function farReads(
  reader: RecordReader,
  context: FilterContext,
  { far }: ObjectFormulas,
  wanted: Map<string, Set<string>>,
): FarRead[] {
  return [...wanted].map(([object, ids]) => {
    const target = context.registry.forTenant(object, context.snapshot);
    const keys = [...far].flatMap(([key, fields]) =>
      context.descriptor.byKey.get(key)?.references === object ? [...fields] : [],
    );
    const plan = reader.plan(
      target,
      [...new Set(keys)].filter((key) => target.byKey.has(key)),
    );
    return {
      statement: reader.byIds(
        plan,
        [...ids].sort(),
        withoutLimits({ ...context, descriptor: target }),
        'read',
        'living',
      ),
      put(rows, into) {
        const found = into.get(object) ?? new Map<string, LoadedRecord>();
        for (const row of rows) {
          const record = plan.load(row);
          found.set(record.id, record);
        }
        into.set(object, found);
      },
    };
  });
}

/** Returns the date in the company's zone. */
export function todayOf({ settings }: TenantSnapshot, now: Date): string {
  return formatDay(dayAt(now.getTime(), settings.zone));
}

/** Returns what a record's formulas are evaluated with. The state is read when it is asked for. */
export function inputsOf(
  context: Pick<FilterContext, 'descriptor' | 'registry' | 'snapshot'>,
  record: FormulaRecord,
  far: FarRecords,
  now: Date,
): FormulaInputs {
  const { descriptor, registry, snapshot } = context;
  return {
    today: todayOf(snapshot, now),
    zone: snapshot.settings.zone,
    value({ key, far: farKey, inLines }): FormulaValue {
      if (inLines !== undefined) {
        const f = descriptor.lines.find((lines) => lines.key === key)?.byName.get(inLines);
        return linesIn(record.state, { key }).map((line) => (f ? formulaValue(f, line[inLines]) : null));
      }
      if (farKey !== undefined) {
        const object = descriptor.byKey.get(key)?.references;
        const found = object && far.get(object)?.get(record.state[key] as string);
        if (!found) return null;
        if (farKey === CREATED_AT) return found.createdAt;
        const f = registry.forTenant(object, snapshot).byKey.get(farKey);
        return f ? formulaValue(f, found.state[farKey]) : null;
      }
      if (key === CREATED_AT) return record.createdAt;
      const f = descriptor.byKey.get(key);
      if (f) return formulaValue(f, record.state[key]);
      return linesIn(record.state, { key }).map(({ id }) => id);
    },
  };
}
