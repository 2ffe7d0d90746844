import type { Condition } from '@pellucid/conditions';
import { fieldOf, type ObjectDescription } from '@/records/object-description';

/** What is asked for: days from the first to before the last, and the instants at which these begin. */
export interface CalendarRange {
  first: string;
  until: string;
  from: string;
  to: string;
}

/** Objects that a calendar shows, in the order of their filters. */
export const SHOWN_KINDS = ['meeting', 'call', 'task', 'opportunity'] as const;
export type ShownKind = (typeof SHOWN_KINDS)[number];

export const isShownKind = (key: string): key is ShownKind =>
  (SHOWN_KINDS as readonly string[]).includes(key);

/** Fields by which records of an object are found. Without one of them, the calendar can't show the object. */
const ASKED: Record<ShownKind, string[]> = {
  meeting: ['owner', 'startsAt', 'endsAt'],
  call: ['owner', 'startsAt', 'endsAt'],
  task: ['owner', 'startsAt', 'endsAt', 'due'],
  opportunity: ['owner', 'closeDate'],
};

/** Whether an object's fields allow asking for the records of some days. */
export const canShow = (object: ObjectDescription): boolean =>
  isShownKind(object.key) && ASKED[object.key].every((key) => fieldOf(object, key)?.filterable);

/** The field that says on which day a record without a time stands. */
export const dayField = (object: ObjectDescription): 'due' | 'closeDate' | undefined =>
  object.key === 'task' ? 'due' : object.key === 'opportunity' ? 'closeDate' : undefined;

function inRange(object: ObjectDescription, { first, until, from, to }: CalendarRange): Condition {
  const key = dayField(object);
  const onDays: Condition[] = key
    ? [
        { field: key, op: 'gte', value: first },
        { field: key, op: 'lt', value: until },
      ]
    : [];
  if (object.key === 'opportunity') return { all: onDays };
  const timed: Condition = {
    all: [
      { field: 'startsAt', op: 'lt', value: to },
      {
        any: [
          { field: 'startsAt', op: 'gte', value: from },
          { field: 'endsAt', op: 'gt', value: from },
        ],
      },
    ],
  };
  if (!key) return timed;
  return { any: [timed, { all: [{ field: 'startsAt', op: 'empty' }, ...onDays] }] };
}

/** The records of an object that belong to the people, or in which they take part, in some days. Cancelled ones are left out. */
export function askedOf(object: ObjectDescription, people: string[], range: CalendarRange): Condition {
  const ofPeople: Condition[] = [{ field: 'owner', op: 'in', value: people }];
  if (fieldOf(object, 'participants')?.filterable)
    ofPeople.push({
      field: 'participants',
      op: 'in',
      value: people.map((id) => ({ object: 'member', id })),
    } as Condition);
  const all: Condition[] = [inRange(object, range), { any: ofPeople }];
  if (object.key !== 'opportunity' && fieldOf(object, 'status')?.filterable)
    all.push({ field: 'status', op: 'nin', value: ['Cancelled'] });
  return { all };
}
