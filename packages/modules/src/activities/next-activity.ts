import { linkOf, targetKey } from '@pellucid/conditions';
import type { UnitOfWork } from '@pellucid/platform/db';
import {
  type FieldDescriptor,
  field,
  type RecordDescriptor,
  type RecordService,
  VALUES_COMPUTED,
  type WriteBatch,
  type WriteParticipant,
  type WriteRow,
} from '@pellucid/platform/records';
import { callRecord, meetingRecord, taskRecord } from './activities.record.js';
import { CLOSED } from './activity-fields.js';

/** Kinds of activities that are planned. */
const planned = [taskRecord, callRecord, meetingRecord];
const PLANNED = planned.map(({ key }) => key);

/** Shown to those who see all activities, and in them what decides about it. */
const derivedFrom = { from: [], counts: { objects: PLANNED, fields: ['about', 'status', 'happensAt'] } };

/**
 * The fields that say whether and when something is planned next about a record: the earliest of its open tasks, calls and
 * meetings. An object that has them is kept up to date.
 */
export const nextActivityFields = (section: string): FieldDescriptor[] => [
  field.boolean('hasNextActivity', 'Next activity planned', {
    required: true,
    readOnly: true,
    default: () => false,
    derivedFrom,
    section,
    help: 'Whether there is an open task, call or meeting about it.',
  }),
  field.datetime('nextActivityAt', 'Next activity', {
    readOnly: true,
    derivedFrom,
    defaultColumn: true,
    section,
    help: 'When the earliest open task, call or meeting about it is planned.',
  }),
];

/** Whether records of an object say what is planned next. */
const saysNext = ({ byKey }: RecordDescriptor) => byKey.has('nextActivityAt');

/** An open activity about a record. Without a time, it comes after those that have one. */
interface Next {
  target: string;
  at: string | null;
}

/**
 * Keeps {@link nextActivityFields} right in the transaction that writes an activity. The records are locked first, in the order
 * of their ids: of two people who plan something at once, the later one sees what the earlier one planned.
 * @param objects the product's descriptions
 */
export function nextActivityParticipant(
  records: RecordService,
  objects: readonly RecordDescriptor[],
): WriteParticipant {
  const keeping = new Map(objects.filter(saysNext).map((d) => [d.key, d]));
  return {
    name: 'activities.next',
    objects: PLANNED,
    phase: 'effects',
    order: 800,
    async run(batch) {
      const rows = batch.rows.filter((row) => row.ok && matters(batch, row));
      for (const descriptor of keeping.values()) {
        const targets = [...new Set(rows.flatMap((row) => targetsOf(row, descriptor.key)))].sort();
        if (targets.length) await keep(batch, rows, descriptor, targets, records);
      }
    },
  };
}

/** Whether the write of an activity can change what is planned next. */
function matters({ operation }: WriteBatch, row: WriteRow): boolean {
  return operation !== 'update' || ['about', 'status', 'happensAt'].some((key) => row.changed(key));
}

/** Returns the ids of the records of an object that an activity is or was about. */
function targetsOf(row: WriteRow, object: string): string[] {
  return [row.before?.state, row.after].flatMap((state) => idsIn(state, object));
}

function idsIn(state: WriteRow['after'] | undefined, object: string): string[] {
  return ((state?.['about'] ?? []) as string[]).flatMap((key) => {
    const link = linkOf(targetKey(key));
    return link.object === object ? [link.id] : [];
  });
}

async function keep(
  batch: WriteBatch,
  rows: WriteRow[],
  { key: object, table }: RecordDescriptor,
  targets: string[],
  records: RecordService,
): Promise<void> {
  const living = await batch.uow.run<{ id: string }>({
    text: `select id from ${table} where id = any($1) and deleted_at is null order by id for no key update`,
    values: [targets],
  });
  const ids = living.map(({ id }) => id);
  const open = [
    ...(await plannedElsewhere(batch.uow, object, ids, rows)),
    ...rows.flatMap((row) => plannedIn(batch, row, object)),
  ];
  const next = new Map<string, string | null>();
  for (const { target, at } of open) next.set(target, earlier(next.get(target), at));
  await records.writer.write(
    object,
    'update',
    ids.map((id) => ({
      id,
      derived: {
        by: 'activities',
        values: { hasNextActivity: next.has(id), nextActivityAt: next.get(id) ?? null },
      },
    })),
    { uow: batch.uow, asks: 'product', recalculates: true, verb: VALUES_COMPUTED, atomic: true },
  );
}

/** Returns the earliest open activities about each record, apart from those that are being written. */
function plannedElsewhere(uow: UnitOfWork, object: string, ids: string[], rows: WriteRow[]): Promise<Next[]> {
  const ofKinds = planned.map(({ source, byKey }) => {
    const link = byKey.get('about')!.storage.linked!('a', 'l', object);
    return `select ${link.target} as target, min(a.happens_at) as at
              from ${link.table} l join ${source} a on a.tenant_id = l.tenant_id and a.id = ${link.record}
             where ${link.where} and ${link.target} = any($1) and a.deleted_at is null and a.status <> all($2)
               and a.id <> all($3)
             group by 1`;
  });
  return uow.run<Next>({
    text: `select target, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at
             from (${ofKinds.join(' union all ')}) planned`,
    values: [ids, CLOSED, rows.map((row) => row.id)],
  });
}

/** Returns what an activity plans as it is written. */
function plannedIn({ operation }: WriteBatch, row: WriteRow, object: string): Next[] {
  if (operation === 'delete' || CLOSED.includes(row.after['status'] as string)) return [];
  const at = (row.after['happensAt'] ?? null) as string | null;
  return idsIn(row.after, object).map((target) => ({ target, at }));
}

/** Returns the earlier of two times; one that is missing comes last. @param first undefined if there is none yet */
function earlier(first: string | null | undefined, second: string | null): string | null {
  if (first === undefined || first === null) return second;
  return second !== null && second < first ? second : first;
}
