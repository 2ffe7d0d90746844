import type { TenantSnapshot } from '../../../access/index.js';
import { currentContext } from '../../../context/index.js';
import type { RecordSecrets } from '../../../crypto/index.js';
import type { UnitOfWork } from '../../../db/unit-of-work.js';
import { type FilterContext } from '../../decide/index.js';
import type { LoadedRecord, RecordReader } from '../../read/index.js';
import {
  type CauseHistoryRow,
  causeHistories,
  type CauseSelector,
  causeWindow,
  type FieldChange,
  type WhoseEvents,
  withheldFrom,
} from '../../remember/index.js';
import { existenceOf, type HistoryStep, type SeenState, stepOf } from './record-undo.js';

/** Number of events of a cause that are undone at a time. */
export const UNDO_BATCH = 500;

/** What is undone, and whose part of it. */
export interface UndoneCause {
  cause: CauseSelector;
  whose: WhoseEvents;
  snapshot: TenantSnapshot;
}

/**
 * How far undoing has come. Values go back first, so that no record refers any more to what the cause made; then what it made is
 * deleted. Last, what is left is shared as it was. All go from the last event to the first.
 */
export interface UndoCursor {
  phase: 'values' | 'creations' | 'shares';
  /** Id of the earliest event that is done; null at the start. */
  before: string | null;
}

export const UNDO_START: UndoCursor = { phase: 'values', before: null };

/** A record that is undone in a batch. */
export interface UndoTarget extends SeenState {
  steps: HistoryStep[];
  existence: ReturnType<typeof existenceOf>;
}

/** The records of one object that are undone in a batch, those that were changed last first. */
export interface UndoGroup {
  context: FilterContext;
  targets: UndoTarget[];
}

/** What it takes to find what is undone. */
export interface UndoReaders {
  reader: RecordReader;
  vault: RecordSecrets;
}

/**
 * Finds the records of the next batch that the caller sees; others are no part of what is undone.
 * @param locks whether the records are about to be changed
 */
export async function nextGroups(
  { reader, vault }: UndoReaders,
  uow: UnitOfWork,
  undone: UndoneCause,
  cursor: UndoCursor,
  locks: boolean,
): Promise<{ groups: UndoGroup[]; next: UndoCursor | undefined }> {
  const { cause, whose } = undone;
  const which = cursor.phase === 'values' ? 'changes' : 'creations';
  const window = await uow.run<{ id: string; object: string; recordId: string }>(
    causeWindow(cause, whose, which, cursor.before, UNDO_BATCH),
  );
  const inWindow = new Set(window.map(({ id }) => id));
  const groups: UndoGroup[] = [];
  for (const [object, events] of Map.groupBy(window, (event) => event.object)) {
    // A company may have deleted an object of its own since.
    if (!reader.registry.has(object, undone.snapshot)) continue;
    const context = await reader.contextFor(object);
    const ids = [...new Set(events.map(({ recordId }) => recordId))];
    const histories = await historiesOf({ reader, vault }, uow, undone, context, ids);
    const isDue = (steps: HistoryStep[]) => {
      const mine = steps.filter((step) => step.mine && (which === 'changes' || makes(step)));
      return mine.length > 0 && inWindow.has(mine.at(-1)!.id);
    };
    const due = new Map(
      ids.flatMap((id) => {
        const steps = histories.get(id) ?? [];
        return isDue(steps) ? [[id, steps] as const] : [];
      }),
    );
    if (!due.size) continue;
    const seen = await seenRecords(reader, uow, context, [...due.keys()], locks);
    groups.push({
      context,
      targets: [...due].flatMap(([id, steps]) => {
        const state = seen.get(id);
        return state ? [{ ...state, steps, existence: existenceOf(steps) }] : [];
      }),
    });
  }
  return { groups, next: cursorAfter(cursor, window) };
}

const makes = ({ step }: HistoryStep) => step === 'create' || step === 'restore';

const NEXT_PHASE = { values: 'creations', creations: 'shares', shares: undefined } as const;

/** Returns where to go on after a batch of events; undefined at the end. */
export function cursorAfter({ phase }: UndoCursor, window: { id: string }[]): UndoCursor | undefined {
  if (window.length === UNDO_BATCH) return { phase, before: window.at(-1)!.id };
  const next = NEXT_PHASE[phase];
  return next && { phase: next, before: null };
}

/** Reads records, deleted or not, as far as the caller may see them. */
export async function seenRecords(
  reader: RecordReader,
  uow: UnitOfWork,
  context: FilterContext,
  ids: string[],
  locks: boolean,
): Promise<Map<string, SeenState>> {
  const plan = reader.readPlan(context);
  let rows: any[][];
  if (locks) {
    const own = reader.locked(plan, ids, context, 'read', 'any', 'change');
    const [locked, read] = await uow.together([own.lock, own.read]);
    rows = own.rows(locked!, read!);
  } else rows = await uow.run<any>(reader.byIds(plan, ids, context, 'read', 'any'));
  const access = context.access.decide(context.descriptor.key, 'read', context.snapshot);
  return new Map(
    rows.map((row) => {
      const record: LoadedRecord = plan.load(row);
      return [record.id, { context, record, rules: access.rulesFor(record.bits) }];
    }),
  );
}

/** Reads the histories of records from the first event of the cause on, oldest first. */
export async function historiesOf(
  { vault }: UndoReaders,
  uow: UnitOfWork,
  { cause, whose }: UndoneCause,
  context: FilterContext,
  ids: string[],
): Promise<Map<string, HistoryStep[]>> {
  const object = context.descriptor.key;
  const [rows, secrets] = await uow.together([
    causeHistories(cause, whose, object, ids),
    {
      text: 'select record_id, key_id, wrapped from record_secret where object = $1 and record_id = any($2::uuid[])',
      values: [object, ids],
    },
  ]);
  const keys = new Map<string, Buffer>(
    secrets!.map(({ record_id: id, key_id: keyId, wrapped }) => [
      id,
      vault.unwrap(uow.tenantId, object, id, { keyId, wrapped }),
    ]),
  );
  const { cause: ours } = currentContext();
  const histories = new Map<string, HistoryStep[]>();
  for (const row of rows as CauseHistoryRow[]) {
    const { changes, erased } = vault.openChanges<FieldChange>(keys.get(row.record_id), row);
    const steps = histories.get(row.record_id) ?? [];
    steps.push({
      id: row.id,
      mine: row.mine,
      step: stepOf(row, changes),
      changes,
      erased: erased ? withheldFrom(row, context) : [],
      fields: row.fields,
      isSystem: row.actor_kind === 'system',
      causeId: row.cause_id,
      isOurs: ours.kind === 'undo' && row.cause_kind === 'undo' && row.cause_id === ours.id,
    });
    histories.set(row.record_id, steps);
  }
  return histories;
}
