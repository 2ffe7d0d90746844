import type { UnitOfWork } from '../../../db/unit-of-work.js';
import { partOf } from '../../describe/index.js';
import type { FilterContext } from '../../decide/index.js';
import type { RecordReader, WhichRecords } from '../../read/index.js';
import type { UndoneRecord } from './record-undo.js';

/** Which of some records the caller may change in a way, with the profiles that admit each. */
export type Admitted = ReadonlyMap<string, number>;

/** Returns which of the records the caller may do the action with. */
export async function admitted(
  reader: RecordReader,
  uow: UnitOfWork,
  context: FilterContext,
  ids: string[],
  action: 'update' | 'delete',
  which: WhichRecords,
): Promise<Admitted> {
  if (!ids.length) return new Map();
  const plan = reader.plan(context.descriptor, [], { context, action, names: false });
  const rows = await uow.run<any>(reader.byIds(plan, ids, context, action, which));
  return new Map(rows.map((row) => plan.load(row)).map(({ id, bits }) => [id, bits]));
}

/** Returns the first field that the caller may not write, of those that undoing a record sets; undefined if there is none. */
export function notWritable(
  { descriptor, access, snapshot }: FilterContext,
  bits: number,
  { values }: UndoneRecord,
): string | undefined {
  const rules = access.decide(descriptor.key, 'update', snapshot).rulesFor(bits);
  return Object.keys(values).find((key) => partOf(descriptor, key) && !rules.canWrite(key));
}
