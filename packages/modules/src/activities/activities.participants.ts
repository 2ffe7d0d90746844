import type { WriteBatch, WriteParticipant, WriteRow } from '@pellucid/platform/records';
import { ACTIVITIES, CLOSED } from './activity-fields.js';
import {
  endOf,
  happensAt,
  later,
  minutesBetween,
  type Planned,
  shiftOf,
  USUAL_MINUTES,
} from './activity-times.js';

/** Verbs of events that change an activity's status. */
const STATUS_VERBS = new Set(['completed', 'reopened']);

const derive = (row: WriteRow, key: string, value: unknown) => row.set(key, value, 'derived:activities');
const isEdit = ({ operation, mode }: WriteBatch) =>
  (operation === 'create' || operation === 'update') && mode !== 'undo';
const isClosed = (status: unknown) => CLOSED.includes(status as string);
const heldIn = <T>(state: Readonly<Record<string, unknown>>, key: string) => (state[key] ?? null) as T | null;
const plannedIn = (state: Readonly<Record<string, unknown>>): Planned => ({
  due: heldIn(state, 'due'),
  startsAt: heldIn(state, 'startsAt'),
});

/** What the status of an activity says about when it was completed, and what its dates say about each other. */
export const activityParticipant: WriteParticipant = {
  name: 'activities',
  objects: ACTIVITIES,
  phase: 'derivations',
  order: 100,
  run(batch) {
    if (!isEdit(batch)) return;
    for (const row of batch.rows) {
      if (!row.ok) continue;
      if (batch.descriptor.byKey.has('status') && !isWithheld(batch, row)) deriveStatus(batch, row);
      deriveTimes(batch, row);
      if (batch.verb === 'updated') row.verb ??= verbOf(row);
    }
  },
};

/** Refuses changes of a status that is not shown or already reached, and times that end before they start. */
export const activityRules: WriteParticipant = {
  name: 'activities.rules',
  objects: ACTIVITIES,
  phase: 'checks',
  order: 100,
  run(batch) {
    if (!isEdit(batch)) return;
    for (const row of batch.rows) if (row.ok) check(batch, row);
  },
};

/** Whether and how a change of a status that the author does not see is refused would reveal it. */
function isWithheld(batch: WriteBatch, row: WriteRow): boolean {
  const isSteered = STATUS_VERBS.has(batch.verb) || row.given['status'] !== undefined;
  return row.before !== null && isSteered && !row.sees('status');
}

function deriveStatus(batch: WriteBatch, row: WriteRow): void {
  const before = row.before?.state['status'];
  // Another system says when it was completed.
  const isBrought = batch.mode === 'import' && row.given['completedAt'] != null;
  if (isBrought) derive(row, 'status', 'Done');
  const after = row.after['status'];
  if (before === after) return;
  if (!isBrought) derive(row, 'completedAt', after === 'Done' ? batch.now.toISOString() : null);
  if (after === 'Done') row.acts = { verb: 'complete', field: 'status' };
  else if (row.before && isClosed(before) && !isClosed(after)) row.acts = { verb: 'reopen', field: 'status' };
  if (row.before && row.acts && batch.verb === 'updated')
    row.verb = row.acts.verb === 'complete' ? 'completed' : 'reopened';
}

/** The verb of a change that only moves an activity, or only its reminder. */
function verbOf({ before, asked }: WriteRow): string | undefined {
  if (!before || asked.size === 0) return undefined;
  const isOnly = (keys: string[]) => [...asked].every((key) => keys.includes(key));
  if (isOnly(['remindAt'])) return 'snoozed';
  return isOnly(['due', 'startsAt', 'endsAt', 'duration', 'remindAt']) ? 'rescheduled' : undefined;
}

/** Kinds of activities that take place now if nobody says when. */
const NOW = new Set(['call', 'emailLog']);

function deriveTimes({ descriptor, snapshot, now }: WriteBatch, row: WriteRow): void {
  const has = (key: string) => descriptor.byKey.has(key);
  if (NOW.has(descriptor.key) && row.after['startsAt'] == null) derive(row, 'startsAt', now.toISOString());
  const before = row.before && plannedIn(row.before.state);
  const after = plannedIn(row.after);
  const shift = before ? shiftOf(before, after) : 0;
  // Whoever moves an activity moves its end and its reminder along.
  const follows = (key: string) => {
    const value = heldIn<string>(row.after, key);
    if (shift && value !== null && !row.asked.has(key)) derive(row, key, later(value, shift));
  };
  if (has('endsAt') && !descriptor.byKey.get('endsAt')!.readOnly) {
    if (row.before) follows('endsAt');
    if (row.after['endsAt'] == null) derive(row, 'endsAt', endOf(after.startsAt, USUAL_MINUTES));
    derive(row, 'duration', minutesBetween(after.startsAt, heldIn(row.after, 'endsAt')));
  } else if (has('endsAt')) {
    derive(row, 'endsAt', endOf(after.startsAt, heldIn(row.after, 'duration')));
  }
  if (has('remindAt')) follows('remindAt');
  // A call or meeting took place when it was held, not when somebody ticked it off.
  const completedAt = has('due') ? heldIn<string>(row.after, 'completedAt') : null;
  derive(row, 'happensAt', happensAt({ ...after, completedAt }, snapshot.settings.zone));
}

function check(batch: WriteBatch, row: WriteRow): void {
  if (isWithheld(batch, row)) {
    const message = `Your roles don't show you the status of this ${batch.descriptor.label.toLowerCase()}, so you can't change it.`;
    if (STATUS_VERBS.has(batch.verb)) row.fail(403, 'statusWithheld', message);
    else row.refuse('status', 'statusWithheld', message);
    return;
  }
  checkVerb(batch, row);
  const { endsAt } = row.after;
  const mayTell = ['startsAt', 'endsAt'].every((key) => row.sees(key));
  const isAsked = ['startsAt', 'endsAt'].some((key) => row.mayChange(key));
  if (
    endsAt != null &&
    mayTell &&
    isAsked &&
    minutesBetween(heldIn(row.after, 'startsAt'), endsAt as string) === null
  )
    row.refuse('endsAt', 'endsBeforeStart', '"Ends" is before "Starts". Choose a later end.');
}

function checkVerb({ verb, descriptor }: WriteBatch, row: WriteRow): void {
  const status = row.before?.state['status'];
  const label = descriptor.label.toLowerCase();
  if (verb === 'completed' && status === 'Done')
    row.fail(409, 'activityDone', `This ${label} is already done.`);
  if (verb === 'reopened' && !isClosed(status))
    row.fail(
      409,
      'activityOpen',
      `This ${label} is open. You can only reopen one that is done or cancelled.`,
    );
}
