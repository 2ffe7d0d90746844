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
import { callRecord, emailLogRecord, meetingRecord, taskRecord } from './activities.record.js';
import { ACTIVITIES, CLOSED, DONE } from './activity-fields.js';

/** Kinds of activities that are planned. */
const planned = [taskRecord, callRecord, meetingRecord];
const PLANNED = planned.map(({ key }) => key);

/** Shown to those who see all activities, and in them what decides about it. */
const ofPlanned = { objects: PLANNED, fields: ['about', 'status', 'happensAt'] };
const derivedFrom = { from: [], counts: [ofPlanned] };

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

/**
 * The field that says when something was last done about a record: the latest of its completed tasks, calls and meetings and
 * of its logged e-mails. An object that has it is kept up to date.
 */
export const lastActivityField = (section: string): FieldDescriptor =>
  field.datetime('lastActivityAt', 'Last activity', {
    readOnly: true,
    derivedFrom: {
      from: [],
      counts: [ofPlanned, { objects: [emailLogRecord.key], fields: ['about', 'happensAt'] }],
    },
    section,
    help: 'When the latest completed task, call or meeting or logged e-mail about it took place.',
  });

const KEPT = ['hasNextActivity', 'nextActivityAt', 'lastActivityAt'];

/** Whether records of an object say what is planned next, or what was done last. */
const saysWhen = ({ byKey }: RecordDescriptor) => KEPT.some((key) => byKey.has(key));

/** What activities about a record say: open ones what comes next, completed ones what was last. A time can be missing. */
interface Said {
  target: string;
  isOpen: boolean;
  /** Of open ones: the earliest time. */
  next: string | null;
  /** Of completed ones: the latest time. */
  last: string | null;
}

/**
 * Keeps {@link nextActivityFields} and {@link lastActivityField} right in the transaction that writes an activity. The records
 * are locked first, in the order of their ids: of two people who plan something at once, the later one sees what the earlier
 * one planned. Deleted records are kept too, so that they are right once they are restored.
 * @param objects the product's descriptions
 */
export function nextActivityParticipant(
  records: RecordService,
  objects: readonly RecordDescriptor[],
): WriteParticipant {
  const keeping = new Map(objects.filter(saysWhen).map((d) => [d.key, d]));
  return {
    name: 'activities.next',
    objects: ACTIVITIES,
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

/** Whether the write of an activity can change what is planned next or was done last. */
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
  { key: object, table, byKey }: RecordDescriptor,
  targets: string[],
  records: RecordService,
): Promise<void> {
  const locked = await batch.uow.run<{ id: string }>({
    text: `select id from ${table} where id = any($1) order by id for no key update`,
    values: [targets],
  });
  const ids = locked.map(({ id }) => id);
  const said = [
    ...(await saidElsewhere(batch.uow, object, ids, rows)),
    ...rows.flatMap((row) => saidIn(batch, row, object)),
  ];
  const byTarget = Map.groupBy(said, ({ target }) => target);
  await records.writer.write(
    object,
    'update',
    ids.map((id) => {
      const values = valuesOf(byTarget.get(id) ?? []);
      const held = Object.entries(values).filter(([key]) => byKey.has(key));
      return { id, derived: { by: 'activities', values: Object.fromEntries(held) } };
    }),
    { uow: batch.uow, asks: 'product', recalculates: true, verb: VALUES_COMPUTED, atomic: true },
  );
}

/** Returns the values of a record's fields that activities about it decide about. */
function valuesOf(said: readonly Said[]): Record<string, unknown> {
  const times = (key: 'next' | 'last') => said.flatMap((each) => each[key] ?? []).sort();
  return {
    hasNextActivity: said.some(({ isOpen }) => isOpen),
    nextActivityAt: times('next')[0] ?? null,
    lastActivityAt: times('last').at(-1) ?? null,
  };
}

/** Returns what activities say about each record, apart from those that are being written. */
function saidElsewhere(uow: UnitOfWork, object: string, ids: string[], rows: WriteRow[]): Promise<Said[]> {
  const ofKinds = [...planned, emailLogRecord].map(({ source, byKey }) => {
    const link = byKey.get('about')!.storage.linked!('a', 'l', object);
    return `select ${link.target} as target, a.happens_at, coalesce(a.status <> all($2), false) as is_open,
                   coalesce(a.status = $3, true) as is_done
              from ${link.table} l join ${source} a on a.tenant_id = l.tenant_id and a.id = ${link.record}
             where ${link.where} and ${link.target} = any($1) and a.deleted_at is null and a.id <> all($4)`;
  });
  const inUtc = (time: string) => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
  return uow.run<Said>({
    text: `select target, bool_or(is_open) as "isOpen",
                  ${inUtc('min(happens_at) filter (where is_open)')} as next,
                  ${inUtc('max(happens_at) filter (where is_done)')} as last
             from (${ofKinds.join(' union all ')}) said group by 1`,
    values: [ids, CLOSED, DONE, rows.map((row) => row.id)],
  });
}

/** Returns what an activity says as it is written. */
function saidIn({ operation, descriptor }: WriteBatch, row: WriteRow, object: string): Said[] {
  if (operation === 'delete') return [];
  const status = descriptor.byKey.has('status') ? (row.after['status'] as string) : DONE;
  const at = (row.after['happensAt'] ?? null) as string | null;
  const isOpen = !CLOSED.includes(status);
  return idsIn(row.after, object).map((target) => ({
    target,
    isOpen,
    next: isOpen ? at : null,
    last: status === DONE ? at : null,
  }));
}
