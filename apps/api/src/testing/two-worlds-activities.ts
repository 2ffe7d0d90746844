import type { Case, HiddenValues } from './two-worlds.js';

/** Objects whose records are activities, with their paths and labels; logged e-mails are never planned. */
export const ACTIVITIES = [
  ['task', 'tasks', 'Task'],
  ['call', 'calls', 'Call'],
  ['meeting', 'meetings', 'Meeting'],
  ['emailLog', 'email-logs', undefined],
] as const;

/** Two values for each of three records. */
const pairs = (a: unknown, b: unknown, none: unknown = a): HiddenValues => [
  [a, b],
  [none, b],
  [b, none],
];
const instants = pairs('2030-03-01T08:00:00.000Z', '2030-03-02T09:30:00.000Z');
const instantsOrNone = pairs('2030-03-01T08:00:00.000Z', '2030-03-02T09:30:00.000Z', null);

/** Worlds that differ in what activities tell of their times and of how far they are. */
export const ACTIVITY_CASES: Case[] = [
  {
    name: 'the status and the times of activities are hidden',
    focus: ACTIVITIES.map(([kind]) => kind),
    hidden: {
      task: {
        status: pairs('Open', 'Done', 'In progress'),
        priority: pairs('Normal', 'Urgent'),
        recurrence: pairs('FREQ=DAILY', 'FREQ=WEEKLY'),
        due: pairs('2030-03-01', '2030-04-01'),
        startsAt: instantsOrNone,
        duration: pairs(10, 90, null),
        remindAt: instantsOrNone,
      },
      call: {
        status: pairs('Planned', 'Done', 'Cancelled'),
        direction: pairs('Outbound', 'Inbound'),
        outcome: pairs('Busy', 'Connected', null),
        startsAt: instants,
        duration: pairs(10, 90, null),
        remindAt: instantsOrNone,
      },
      meeting: {
        status: pairs('Planned', 'Done', 'Cancelled'),
        outcome: pairs('Held', 'No show', null),
        startsAt: instants,
        endsAt: pairs('2030-03-05T08:00:00.000Z', '2030-03-06T08:00:00.000Z'),
        remindAt: instantsOrNone,
      },
      emailLog: { direction: pairs('Outbound', 'Inbound'), startsAt: instants },
    },
  },
];
