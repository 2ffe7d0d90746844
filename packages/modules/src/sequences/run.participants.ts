import type { RecordService, WriteBatch, WriteParticipant, WriteRow } from '@pellucid/platform/records';
import { BY, createSteps, lockedRuns, progressOf, type Run, stepNumber, stopped, writeRuns } from './runs.js';
import { sequenceRunRecord } from './sequences.record.js';
import { isTime } from './step-plan.js';

const FROM = `derived:${BY}` as const;
const STEPS = ['task', 'call', 'meeting'];
const CLOSED = ['Done', 'Cancelled'];

const isEveryday = ({ mode }: WriteBatch) => mode === 'normal' || mode === 'import';

/** What closes a record for which sequences run: its verbs, and those of events. */
const CLOSING: Record<string, readonly string[]> = {
  opportunity: ['win', 'lose'],
  lead: ['convert', 'converted', 'disqualify'],
};

/** How runs go on and end. Nothing here runs when something is undone: an undo brings back what each event changed. */
export function runParticipants(records: RecordService): WriteParticipant[] {
  return [
    stepTimes,
    runState,
    runRules,
    cancelOpenSteps(records),
    goOn(records),
    stopWhenStepGoes(records),
    stopWhenClosed(records),
  ];
}

/** Refuses times of day that can't be read, and named persons that are not named. */
const stepTimes: WriteParticipant = {
  name: 'sequences.steps',
  objects: ['sequence'],
  phase: 'checks',
  order: 100,
  run(batch) {
    if (batch.operation !== 'create' && batch.operation !== 'update') return;
    for (const row of batch.rows) if (row.ok) checkSteps(row);
  },
};

function checkSteps(row: WriteRow): void {
  for (const line of row.lines('steps')) {
    const time = line.get('time') as string | null;
    if (time !== null && line.changed('time') && !isTime(time))
      line.refuse('time', 'timeInvalid', '"Time of day" has two digits for hours and minutes: 09:30.');
    const isUnnamed = line.get('assignee') === 'Named person' && line.get('person') === null;
    if (isUnnamed && (line.changed('assignee') || line.changed('person')))
      line.refuse('person', 'required', 'Name the person whom this step is for.');
  }
}

/** A run without its record stops, and a stopped one says why. */
const runState: WriteParticipant = {
  name: 'sequences.run-state',
  objects: ['sequenceRun'],
  phase: 'derivations',
  order: 110,
  run(batch) {
    if (batch.operation !== 'update' || batch.mode === 'undo') return;
    for (const row of batch.rows) {
      if (!row.ok || row.after['state'] === 'Finished') continue;
      const isOrphan = !((row.after['about'] ?? []) as string[]).length;
      if (isOrphan && row.after['state'] === 'Active')
        for (const [key, value] of Object.entries(stopped('Record deleted'))) row.set(key, value, FROM);
      else if (row.changed('state') && row.after['state'] === 'Stopped' && row.asked.has('state'))
        row.set('stopReason', 'By hand', FROM);
    }
  },
};

/** People stop a run; everything else about it follows from its activities. */
const runRules: WriteParticipant = {
  name: 'sequences.run-rules',
  objects: ['sequenceRun'],
  phase: 'checks',
  order: 110,
  run(batch) {
    if (batch.operation !== 'update' || !isEveryday(batch) || batch.asks !== 'caller' || batch.cascaded)
      return;
    for (const row of batch.rows) {
      if (!row.ok) continue;
      for (const key of ['sequence', 'about', 'steps'])
        if (row.changed(key) && row.mayChange(key))
          row.refuse(
            key,
            'runStays',
            'A run keeps its sequence and its record. Stop it and start another one.',
          );
      if (row.changed('state') && row.mayChange('state') && row.after['state'] !== 'Stopped')
        row.refuse('state', 'onlyStops', 'You can stop a run, but not resume it. Start the sequence again.');
      if (row.changed('state') && row.before?.state['state'] === 'Finished' && row.sees('state'))
        row.refuse('state', 'runFinished', 'This run is finished already.');
    }
  },
};

/** Cancels the open activities of runs that stop or are deleted. */
const cancelOpenSteps = (records: RecordService): WriteParticipant => ({
  name: 'sequences.cancel-steps',
  objects: ['sequenceRun'],
  phase: 'effects',
  order: 110,
  async run(batch) {
    if (!isEveryday(batch)) return;
    const ends = (row: WriteRow) =>
      batch.operation === 'delete' || (row.changed('state') && row.after['state'] === 'Stopped');
    if (batch.operation !== 'delete' && batch.operation !== 'update') return;
    const ids = batch.rows.filter((row) => row.ok && ends(row)).map((row) => row.id);
    if (!ids.length) return;
    for (const object of STEPS) {
      const { source } = records.reader.registry.forTenant(object, batch.snapshot);
      const open = await batch.uow.run<{ id: string }>({
        text: `select id from ${source} a where a.sequence_run_id = any($1::uuid[]) and a.deleted_at is null
                and a.status <> all($2) order by id`,
        values: [ids, CLOSED],
      });
      if (open.length)
        await records.writer.write(
          object,
          'update',
          open.map(({ id }) => ({ id, derived: { by: BY, values: { status: 'Cancelled' } } })),
          { uow: batch.uow, asks: 'product', atomic: true },
        );
    }
  },
});

/** The number of an activity's step. */
const stepOf = (row: WriteRow) => stepNumber(row.after['sequenceStep']);
const runOf = (row: WriteRow) => (row.after['sequenceRun'] ?? null) as string | null;

/** Creates the next step's activity in the transaction in which the previous one is completed; cancelling one stops the run. */
const goOn = (records: RecordService): WriteParticipant => ({
  name: 'sequences.next-step',
  objects: STEPS,
  phase: 'effects',
  order: 820,
  async run(batch) {
    if (batch.operation !== 'update' || !isEveryday(batch) || batch.asks === 'product') return;
    const closed = batch.rows.filter(
      (row) =>
        row.ok && runOf(row) && row.changed('status') && CLOSED.includes(row.after['status'] as string),
    );
    if (!closed.length) return;
    const ids = [...new Set(closed.map((row) => runOf(row)!))].sort();
    const runs = new Map((await lockedRuns(records, batch.uow, ids)).map((run) => [run.id, run]));
    const ahead: Run[] = [];
    const changes: { id: string; values: Record<string, unknown> }[] = [];
    for (const row of closed) {
      const run = runs.get(runOf(row)!);
      if (run?.state !== 'Active' || run.step !== stepOf(row)) continue;
      if (row.after['status'] === 'Cancelled') run.state = 'Stopped';
      else if (run.step === run.steps.length) run.state = 'Finished';
      else ahead.push(run);
      if (run.state === 'Active') run.step++;
      changes.push({
        id: run.id,
        values:
          run.state === 'Stopped'
            ? stopped('Step cancelled')
            : run.state === 'Finished'
              ? { state: 'Finished' }
              : { step: progressOf(run) },
      });
    }
    if (ahead.length) await createSteps(records, batch, ahead);
    await writeRuns(records, batch.uow, changes);
  },
});

/** Stops the runs whose open step is deleted. */
const stopWhenStepGoes = (records: RecordService): WriteParticipant => ({
  name: 'sequences.step-deleted',
  objects: STEPS,
  phase: 'effects',
  order: 821,
  async run(batch) {
    if (batch.operation !== 'delete' || !isEveryday(batch) || batch.asks === 'product') return;
    const state = (row: WriteRow) => row.before?.state ?? row.after;
    const gone = batch.rows.filter(
      (row) => row.ok && state(row)['sequenceRun'] && !CLOSED.includes(state(row)['status'] as string),
    );
    if (!gone.length) return;
    const ids = [...new Set(gone.map((row) => state(row)['sequenceRun'] as string))].sort();
    const runs = await lockedRuns(records, batch.uow, ids);
    const active = runs.filter((run) => run.state === 'Active');
    await writeRuns(
      records,
      batch.uow,
      active.map(({ id }) => ({ id, values: stopped('Step cancelled') })),
    );
  },
});

/** Stops runs when their record is closed, if their sequence says so. */
const stopWhenClosed = (records: RecordService): WriteParticipant => ({
  name: 'sequences.record-closed',
  objects: Object.keys(CLOSING),
  phase: 'effects',
  order: 820,
  async run(batch) {
    if (batch.operation !== 'update' || !isEveryday(batch)) return;
    const object = batch.descriptor.key;
    const closes = (verb: string | undefined) => verb !== undefined && CLOSING[object]!.includes(verb);
    const ids = batch.rows
      .filter((row) => row.ok && (closes(row.acts?.verb) || closes(row.verb ?? batch.verb)))
      .map((row) => row.id);
    if (!ids.length) return;
    const link = sequenceRunRecord.byKey.get('about')!.storage.linked!('r', 'l', object);
    const found = await batch.uow.run<{ id: string }>({
      text: `select r.id from ${link.table} l
               join sequence_run r on r.tenant_id = l.tenant_id and r.id = ${link.record}
               join sequence s on s.tenant_id = r.tenant_id and s.id = r.sequence_id
              where ${link.where} and ${link.target} = any($1::uuid[])
                and r.deleted_at is null and r.state = 'Active' and s.stops_when_closed
              order by r.id`,
      values: [ids],
    });
    await writeRuns(
      records,
      batch.uow,
      found.map(({ id }) => ({ id, values: stopped('Record closed') })),
    );
  },
});
