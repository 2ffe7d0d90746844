import { dayAt, sameTimeOn, startOfDay } from '@/records/calendar/day-axis';
import { dayAfter, daysBetween, daysLater } from '@/records/calendar/month';
import {
  fieldOf,
  isReference,
  mayUpdate,
  type ObjectDescription,
  type RecordData,
  recordName,
} from '@/records/object-description';
import { dayField } from './calendar-sources';

const MINUTE = 60_000;
const DAY_MS = 24 * 60 * MINUTE;
/** How long something is drawn that doesn't say how long it takes. */
const DRAWN_MINUTES = 30;
/** The shortest that an event can be made. */
export const LEAST_MS = 15 * MINUTE;

/** When an event takes place: at a time, or on whole days. Days are those of the zone. */
export interface EventTime {
  /** Instants; undefined for whole days. */
  at: { start: number; end: number } | undefined;
  /** First and last day. */
  from: string;
  to: string;
}

/** A record as a calendar shows it. */
export interface CalendarEvent extends EventTime {
  key: string;
  object: ObjectDescription;
  record: RecordData;
  title: string;
  /** The one of the shown people that it belongs to, or who takes part. */
  person: string | undefined;
  isDone: boolean;
  canMove: boolean;
  canStretch: boolean;
}

/** Whether it is drawn as a bar over whole days: it has no time, or takes a day or more. */
export const isBar = ({ at }: EventTime): boolean => !at || at.end - at.start >= DAY_MS;

/** A time of the clock on the days that it touches. */
export function timed(start: number, end: number, zone: string): EventTime {
  const last = Math.max(start, end - 1);
  return { at: { start, end }, from: dayAt(start, zone), to: dayAt(last, zone) };
}

const onDay = (day: string): EventTime => ({ at: undefined, from: day, to: day });

const instantIn = (record: RecordData, key: string) => {
  const value = record[key];
  return typeof value === 'string' ? Date.parse(value) : Number.NaN;
};

function timeOf(object: ObjectDescription, record: RecordData, zone: string): EventTime | undefined {
  const start = instantIn(record, 'startsAt');
  if (!Number.isNaN(start)) {
    const end = instantIn(record, 'endsAt');
    return timed(start, end > start ? end : start + DRAWN_MINUTES * MINUTE, zone);
  }
  const day = record[dayField(object) ?? ''];
  return typeof day === 'string' ? onDay(day.slice(0, 10)) : undefined;
}

function personOf(record: RecordData, people: string[]): string | undefined {
  const participants = Array.isArray(record['participants']) ? record['participants'] : [];
  const all = [record['owner'], ...participants].flatMap((each) => (isReference(each) ? [each.id] : []));
  return all.find((id) => people.includes(id));
}

const mayWrite = (object: ObjectDescription, key: string) => {
  const field = fieldOf(object, key);
  return mayUpdate(object) && field !== undefined && !field.readOnly;
};

/** The field that says how long an event takes. */
const lengthField = ({ key }: ObjectDescription) => (key === 'meeting' ? 'endsAt' : 'duration');

/** A record as an event; undefined if the user may not see when it is. */
export function eventOf(
  object: ObjectDescription,
  record: RecordData,
  people: string[],
  zone: string,
): CalendarEvent | undefined {
  const time = timeOf(object, record, zone);
  if (!time) return undefined;
  return {
    ...time,
    key: `${object.key}/${record.id}`,
    object,
    record,
    title: recordName(object, record),
    person: personOf(record, people),
    isDone: record['status'] === 'Done' || typeof record['closedAt'] === 'string',
    canMove: mayWrite(object, time.at ? 'startsAt' : (dayField(object) ?? '')),
    canStretch: time.at !== undefined && mayWrite(object, lengthField(object)),
  };
}

/** The order in which a day lists its events: whole days first, then by time. */
export const inOrder = (one: CalendarEvent, other: CalendarEvent): number =>
  Number(!isBar(one)) - Number(!isBar(other)) ||
  (one.at?.start ?? 0) - (other.at?.start ?? 0) ||
  one.title.localeCompare(other.title) ||
  (one.key < other.key ? -1 : 1);

/** The time after moving an event to a day, at the same time of the clock. */
export function movedToDay({ at, from, to }: EventTime, day: string, zone: string): EventTime {
  if (!at) return { at: undefined, from: day, to: daysLater(day, daysBetween(from, to)) };
  const start = sameTimeOn(at.start, day, zone);
  return timed(start, start + (at.end - at.start), zone);
}

/** The time after moving an event to an instant. It takes as long as before. */
export function movedToInstant({ at }: EventTime, start: number, zone: string): EventTime {
  const length = at ? at.end - at.start : DRAWN_MINUTES * MINUTE;
  return timed(start, start + length, zone);
}

/** The time after moving an event's end. */
export function stretchedTo({ at, ...days }: EventTime, end: number, zone: string): EventTime {
  return at ? timed(at.start, Math.max(end, at.start + LEAST_MS), zone) : { at, ...days };
}

/** The time of an event that takes a whole day. */
export const wholeDay = (day: string): EventTime => onDay(day);

/** Whether an event can stand at a time: only tasks and deals take whole days, and deals only these. */
export function canStandAt({ object }: CalendarEvent, { at }: EventTime): boolean {
  return at ? object.key !== 'opportunity' : dayField(object) !== undefined;
}

/** The changes of the record that move an event; undefined if nothing changes. */
export function changesFor(event: CalendarEvent, time: EventTime): Record<string, unknown> | undefined {
  const { object, at } = event;
  if (!time.at) {
    const key = dayField(object);
    if (!key || (!at && event.from === time.from)) return undefined;
    return { [key]: time.from, ...(at && { startsAt: null }) };
  }
  const changes: Record<string, unknown> = {};
  if (time.at.start !== at?.start) changes['startsAt'] = new Date(time.at.start).toISOString();
  const length = time.at.end - time.at.start;
  if (at && length !== at.end - at.start)
    Object.assign(
      changes,
      object.key === 'meeting'
        ? { endsAt: new Date(time.at.end).toISOString() }
        : { duration: Math.round(length / MINUTE) },
    );
  return Object.keys(changes).length ? changes : undefined;
}

/** Values for the form of a new record at a time. */
export function valuesAt(object: ObjectDescription, time: EventTime): Record<string, unknown> {
  const key = dayField(object);
  if (!time.at) return key ? { [key]: time.from } : {};
  const { start, end } = time.at;
  return {
    startsAt: new Date(start).toISOString(),
    ...(object.key === 'meeting'
      ? { endsAt: new Date(end).toISOString() }
      : { duration: Math.round((end - start) / MINUTE) }),
    ...(key && { [key]: time.from }),
  };
}

/** The instants between which days lie. */
export const rangeOf = (first: string, last: string, zone: string) => {
  const until = dayAfter(last);
  return {
    first,
    until,
    from: new Date(startOfDay(first, zone)).toISOString(),
    to: new Date(startOfDay(until, zone)).toISOString(),
  };
};
