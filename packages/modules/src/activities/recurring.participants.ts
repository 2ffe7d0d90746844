import { dayAt, formatDay, parseDay } from '@pellucid/conditions';
import { movedByDays, nextDay, readRule, RuleError } from '@pellucid/modules/recurrence';
import type { RecordService, WriteBatch, WriteParticipant, WriteRow } from '@pellucid/platform/records';
import { taskRecord } from './activities.record.js';

/** What the next task does not take over: how the last one ended, and what belongs to it alone. */
const OWN = new Set(['status', 'outcome', 'externalId', 'due', 'startsAt', 'remindAt']);
const MOVED = ['startsAt', 'remindAt'];

const textIn = (row: WriteRow, key: string) => (row.after[key] ?? null) as string | null;

/** Recurring tasks: a rule is checked when it is set, and completing a task creates the next one, once. */
export function recurringParticipants(records: RecordService): WriteParticipant[] {
  /** The day on which the next task is due, by the task that is completed. */
  const nextDays = new WeakMap<WriteRow, string>();
  return [
    {
      name: 'activities.recurrence',
      objects: [taskRecord.key],
      phase: 'derivations',
      // After the status was derived.
      order: 110,
      run(batch) {
        if (batch.operation !== 'update' || batch.mode !== 'normal') return;
        for (const row of batch.rows) {
          const next = row.ok && isDone(row) ? nextOf(batch, row) : undefined;
          if (next === undefined) continue;
          nextDays.set(row, next);
          row.set('hasRecurred', true, 'derived:activities');
        }
      },
    },
    {
      name: 'activities.recurrence-rule',
      objects: [taskRecord.key],
      phase: 'checks',
      order: 110,
      run(batch) {
        for (const row of batch.rows) if (row.ok && row.mayChange('recurrence')) checkRule(row);
      },
    },
    {
      name: 'activities.next-task',
      objects: [taskRecord.key],
      phase: 'effects',
      order: 810,
      async run(batch) {
        const due = batch.rows.filter((row) => row.ok && nextDays.has(row));
        if (!due.length) return;
        await records.writer.write(
          taskRecord.key,
          'create',
          due.map((row) => ({
            values: {},
            derived: { by: 'activities', values: nextTask(batch, row, nextDays.get(row)!) },
          })),
          { uow: batch.uow, asks: 'product', atomic: true },
        );
      },
    },
  ];
}

/** Whether a recurring task is completed with this write, and nothing follows it yet. */
function isDone(row: WriteRow): boolean {
  return (
    row.changed('status') &&
    row.after['status'] === 'Done' &&
    row.after['recurrence'] != null &&
    row.after['due'] != null &&
    row.after['hasRecurred'] !== true
  );
}

/** Returns the first day of the rule after the due day that has not passed yet; undefined if the rule has ended. */
function nextOf({ now, snapshot }: WriteBatch, row: WriteRow): string | undefined {
  const due = textIn(row, 'due')!;
  const yesterday = formatDay(dayAt(now.getTime(), snapshot.settings.zone) - 1);
  try {
    return nextDay(textIn(row, 'recurrence')!, due, [due, yesterday].sort()[1]!);
  } catch (error) {
    if (error instanceof RuleError) return undefined;
    throw error;
  }
}

function checkRule(row: WriteRow): void {
  const rule = textIn(row, 'recurrence');
  if (rule === null) return;
  try {
    readRule(rule);
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    row.refuse('recurrence', error.code, error.message, error.part === undefined ? {} : { part: error.part });
  }
}

function nextTask({ descriptor, snapshot }: WriteBatch, row: WriteRow, due: string): Record<string, unknown> {
  const kept = descriptor.fields.filter(
    ({ key, readOnly, isUnique }) => !readOnly && !isUnique && !OWN.has(key),
  );
  const values: Record<string, unknown> = { due };
  for (const { key } of kept) if (row.after[key] != null) values[key] = row.after[key];
  const days = parseDay(due)! - parseDay(textIn(row, 'due')!)!;
  for (const key of MOVED) {
    const instant = textIn(row, key);
    if (instant !== null) values[key] = movedByDays(instant, days, snapshot.settings.zone);
  }
  return values;
}
