import type { UnitOfWork } from '../../../db/unit-of-work.js';
import { withoutLimits } from '../../decide/index.js';
import {
  type FieldDescriptor,
  identityOf,
  loggedValue,
  refersToRecords,
  targetsIn,
} from '../../describe/index.js';
import { linksBack, mergedInto, type MergeEffect, type MovedLinks, takeMerges } from '../merge-effects.js';
import type { WriteInput, WriteOptions } from '../write-request.js';
import type { HistoryStep } from './record-undo.js';
import type { UndoHands } from './undo-batch.js';
import { historiesOf, seenRecords, type UndoneCause } from './undo-plan.js';
import { undoneLines } from './undone-lines.js';
import { undoneValue } from './undone-values.js';
import { causeWindow } from '../../remember/index.js';

/** Number of a merge's events that are read at once. */
const READ = 2_000;

/**
 * Takes merges back whose records are restored: every reference that the merge moved leads to the record again, unless somebody has
 * changed it since. Like the merge itself, it reaches the references that the caller does not see, and tells nothing of
 * them.
 * @param ids records of the object that the cause deleted and that are back
 */
export async function unmerge(
  hands: UndoHands,
  uow: UnitOfWork,
  undone: UndoneCause,
  object: string,
  ids: string[],
): Promise<void> {
  const merges = await takeMerges<MovedLinks>(uow, object, ids, 'links');
  for (const merge of merges) {
    for (const [key, records] of await recordsOf(uow, undone))
      await moveBack(hands, uow, undone, merge, key, records);
    await uow.together(linksBack(uow.tenantId, merge));
  }
}

/**
 * Before records that went by a merge come back: takes the values from the records that stayed that no two records can have,
 * such as their keys in another system.
 * @param ids records of the object that the cause deleted
 */
export async function releaseUniqueValues(
  hands: UndoHands,
  uow: UnitOfWork,
  undone: UndoneCause,
  object: string,
  ids: string[],
): Promise<void> {
  const { reader, writer } = hands;
  const context = withoutLimits(await reader.contextFor(object));
  const unique = context.descriptor.fields.filter(
    (f) => f.isKey || f.isUnique || context.descriptor.uniques.some(({ field }) => field === f.key),
  );
  const into = unique.length ? await mergedInto(uow, object, ids) : [];
  if (!into.length) return;
  const histories = await historiesOf(hands, uow, undone, context, into);
  const records = await seenRecords(reader, uow, context, into, true);
  const inputs = [...records].flatMap(([id, { record }]): WriteInput[] => {
    const values: Record<string, unknown> = {};
    for (const { key } of unique) {
      const changes = (histories.get(id) ?? []).flatMap(({ mine, step, changes: { [key]: change } }) =>
        change && step === 'update'
          ? [{ mine, before: change.before ?? null, after: change.after ?? null, isProduct: false }]
          : [],
      );
      const back = undoneValue(changes, { value: record.state[key] ?? null });
      if (back.is === 'undone') values[key] = back.value;
    }
    return record.deletedAt === null && Object.keys(values).length ? [{ id, values }] : [];
  });
  if (inputs.length) await writer.write(object, 'update', inputs, moving(uow));
}

/** How references and keys go back: as the product, like the merge that moved them. */
const moving = (uow: UnitOfWork): WriteOptions => ({
  uow,
  mode: 'undo',
  cascaded: true,
  asks: 'product',
  opensReadOnly: true,
  keepsLineIds: true,
});

/** Returns the records that a cause has changed, by object. */
async function recordsOf(uow: UnitOfWork, { cause, whose }: UndoneCause): Promise<Map<string, string[]>> {
  const found = new Map<string, Set<string>>();
  for (let before: string | null = null; ; ) {
    const events: { id: string; object: string; recordId: string }[] = await uow.run(
      causeWindow(cause, whose, 'all', before, READ),
    );
    for (const { object, recordId } of events)
      found.set(object, (found.get(object) ?? new Set()).add(recordId));
    if (events.length < READ) return new Map([...found].map(([object, ids]) => [object, [...ids]]));
    before = events.at(-1)!.id;
  }
}

async function moveBack(
  hands: UndoHands,
  uow: UnitOfWork,
  undone: UndoneCause,
  merge: MergeEffect<MovedLinks>,
  object: string,
  ids: string[],
): Promise<void> {
  const { reader, writer } = hands;
  if (!reader.registry.has(object, undone.snapshot)) return;
  const context = withoutLimits(await reader.contextFor(object));
  const { descriptor } = context;
  const histories = await historiesOf(hands, uow, undone, context, ids);
  const moved = [...histories].filter(
    ([id, steps]) =>
      id !== merge.from &&
      steps.some((step) =>
        movedBy(
          step,
          merge,
          descriptor.fields,
          descriptor.lines.flatMap((l) => l.fields),
        ),
      ),
  );
  const records = await seenRecords(
    reader,
    uow,
    context,
    moved.map(([id]) => id),
    true,
  );
  const inputs = moved.flatMap(([id, steps]): WriteInput[] => {
    const record = records.get(id)?.record;
    if (!record || record.deletedAt !== null) return [];
    const values: Record<string, unknown> = {};
    for (const f of descriptor.fields) {
      if (!steps.some((step) => movedBy(step, merge, [f], []))) continue;
      const changes = steps.flatMap(({ mine, step, changes: all }) => {
        const change = step === 'update' ? all[f.key] : undefined;
        return change
          ? [
              {
                mine,
                before: loggedValue(f, change.before),
                after: loggedValue(f, change.after),
                isProduct: false,
              },
            ]
          : [];
      });
      const back = undoneValue(changes, { value: record.state[f.key] ?? null }, (one) => identityOf(f, one));
      if (back.is === 'undone') values[f.key] = back.value;
    }
    for (const collection of descriptor.lines) {
      const own = collection.fields.filter((f) => steps.some((step) => movedBy(step, merge, [], [f])));
      if (!own.length) continue;
      const keys = new Set(own.map((f) => f.key));
      const events = steps.map(({ mine, changes }) => ({
        mine,
        changes: Object.fromEntries(Object.entries(changes).filter(([key]) => keys.has(key))),
      }));
      const { given } = undoneLines(collection, record.state, events, (key) => keys.has(key));
      if (given) values[collection.key] = given;
    }
    return Object.keys(values).length ? [{ id, values }] : [];
  });
  if (inputs.length) await writer.write(object, 'update', inputs, moving(uow));
}

/** Whether an event of the cause took a reference to the record that went out of one of the fields. */
function movedBy(
  { mine, step, changes }: HistoryStep,
  { object, from }: MergeEffect<MovedLinks>,
  fields: FieldDescriptor[],
  ofLines: FieldDescriptor[],
): boolean {
  if (!mine || step !== 'update') return false;
  const refers = (f: FieldDescriptor, value: unknown) =>
    targetsIn(f, loggedValue(f, value)).some((target) => target.object === object && target.id === from);
  return (
    fields.some((f) => changes[f.key] && refersToRecords(f) && refers(f, changes[f.key]!.before)) ||
    ofLines.some(
      (f) =>
        changes[f.key] &&
        refersToRecords(f) &&
        Object.values((changes[f.key]!.before ?? {}) as object).some((value) => refers(f, value)),
    )
  );
}
