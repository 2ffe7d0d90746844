import type { Condition } from '@pellucid/conditions';
import { fieldOf, type ObjectDescription, type RecordData } from '@/records/object-description';
import { CLOSED } from './planned-kinds';
import type { Activity } from './use-activity-steps';

/** Days after today that the page looks ahead. */
export const DAYS_AHEAD = 7;

/** Most activities of a kind that the page shows. */
export const MOST_OF_A_KIND = 100;

/** The parts of the page, in order. */
export const SECTIONS = ['overdue', 'today', 'soon', 'undated'] as const;
export type Section = (typeof SECTIONS)[number];

/** Fields that decide what is on somebody's day. Without one of them there is no such list. */
const DECIDING = ['owner', 'status', 'happensAt'];

/** Whether an object's fields allow asking for somebody's day. */
export const canAskFor = (object: ObjectDescription): boolean =>
  DECIDING.every((key) => fieldOf(object, key)?.filterable);

/** What a person has to do until some days ahead, and what has no time. @param until an instant */
export function openUntil(owner: string, until: string): Condition {
  return {
    all: [
      { field: 'owner', op: 'eq', value: owner },
      { field: 'status', op: 'nin', value: CLOSED },
      {
        any: [
          { field: 'happensAt', op: 'lt', value: until },
          { field: 'happensAt', op: 'empty' },
        ],
      },
    ],
  };
}

/** Returns the day of an activity in a zone, as `2026-03-01`; undefined if it has none. */
export function dayOf({ happensAt, due }: RecordData, zone: string): string | undefined {
  if (typeof happensAt === 'string')
    return new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(new Date(happensAt));
  return typeof due === 'string' ? due : undefined;
}

/** Whether an activity has a time of day, and not only a day. */
export const hasTime = ({ startsAt }: RecordData): boolean => typeof startsAt === 'string';

/** Returns the part of the page that an activity belongs to. @param today `2026-03-01` */
export function sectionOf(record: RecordData, today: string, zone: string): Section {
  const day = dayOf(record, zone);
  if (day === undefined) return 'undated';
  if (day < today) return 'overdue';
  return day === today ? 'today' : 'soon';
}

const PRIORITIES = ['Urgent', 'High', 'Normal', 'Low'];
const rank = ({ priority }: RecordData) => {
  const at = PRIORITIES.indexOf(priority as string);
  return at < 0 ? PRIORITIES.indexOf('Normal') : at;
};

/** Returns activities in the order in which they are worked on: by section, day, priority, time. */
export function inOrder(activities: Activity[], today: string, zone: string): Activity[] {
  const key = ({ record }: Activity) =>
    [
      SECTIONS.indexOf(sectionOf(record, today, zone)),
      dayOf(record, zone) ?? '',
      hasTime(record) ? 0 : 1 + rank(record),
      String(record['happensAt'] ?? ''),
      record.id,
    ] as const;
  const keys = new Map(activities.map((each) => [each, key(each)]));
  return [...activities].sort((one, other) => {
    const [a, b] = [keys.get(one)!, keys.get(other)!];
    for (const [at, value] of a.entries()) if (value !== b[at]) return value < b[at]! ? -1 : 1;
    return 0;
  });
}

/** Returns the day some days later. @param day `2026-03-01` */
export function daysLater(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** Returns what moves an activity to a day: its due day, or its start at the same time of day. @param zone of the company */
export function movedTo({ object, record }: Activity, day: string, zone: string): Record<string, unknown> {
  if (!hasTime(record) && fieldOf(object, 'due')) return { due: day };
  const from = dayOf(record, zone);
  const start = String(record['startsAt'] ?? record['happensAt']);
  const shift = from === undefined ? 0 : Date.parse(`${day}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`);
  return { startsAt: new Date(Date.parse(start) + shift).toISOString() };
}
