import { type FieldDescriptor, field, optionsOf } from '@pellucid/platform/records';

/** What kinds of activities there are, by the number that their rows have. */
export const ACTIVITY_KINDS = { task: 1, call: 2, meeting: 3, emailLog: 4 } as const;

/** What a declaration says about a field besides its label. */
type Given = Parameters<typeof field.datetime>[2];

/** Key of an object whose records are activities. */
export type ActivityKind = keyof typeof ACTIVITY_KINDS;

/** Keys of the objects whose records are activities. */
export const ACTIVITIES = Object.keys(ACTIVITY_KINDS) as ActivityKind[];

/**
 * What can be written or filed about: any record that is listed by itself, and activities, which follow the records that
 * they are about.
 */
export const ANY_OR_ACTIVITY: readonly string[] = ['any', ...ACTIVITIES];

/** The table of all activities, and the column that says of which kind each is. */
export const ACTIVITY_TABLE = { table: 'activity', column: 'kind' } as const;

/** The status of what was done. */
export const DONE = 'Done';

/** Statuses in which nothing is left to do. */
export const CLOSED: readonly string[] = [DONE, 'Cancelled'];

/** The longest duration that can be entered, in minutes: 31 days. */
export const MOST_MINUTES = 31 * 24 * 60;

/** What the place of an activity in the order of time is made of. */
const HAPPENS_FROM: Record<ActivityKind, string[]> = {
  task: ['due', 'startsAt', 'completedAt'],
  call: ['startsAt'],
  meeting: ['startsAt'],
  emailLog: ['startsAt'],
};

const personal = { pii: 'personal' } as const;

/** The records that an activity is about. Who sees one of them sees the activity; who may change it may change the activity. */
export const aboutField = (): FieldDescriptor =>
  field.links('about', 'Related to', 'any', { defaultColumn: true, section: 'Details' });

/** The people who take part. */
export const participantsField = (): FieldDescriptor =>
  field.links('participants', 'Participants', ['contact', 'lead', 'member'], { section: 'Details' });

export const subjectField = (): FieldDescriptor =>
  field.text('name', 'Subject', {
    ...personal,
    required: true,
    maxLength: 300,
    searchable: true,
    defaultColumn: true,
    section: 'Details',
  });

export const descriptionField = (label = 'Description'): FieldDescriptor =>
  field.longText('description', label, { ...personal, section: 'Details' });

/** When it begins. */
export const startField = (label: string, given?: Given): FieldDescriptor =>
  field.datetime('startsAt', label, { section: 'Time', ...given });

/** How long it takes, in minutes; its end follows. */
export const durationField = (given?: Given): FieldDescriptor =>
  field.number('duration', 'Duration (minutes)', { min: 0, max: MOST_MINUTES, section: 'Time', ...given });

/** The duration, which follows from start and end. */
export const derivedDurationField = (): FieldDescriptor =>
  field.number('duration', 'Duration (minutes)', {
    readOnly: true,
    derivedFrom: ['startsAt', 'endsAt'],
    section: 'Time',
  });

/** The end, which follows from start and duration. */
export const derivedEndField = (): FieldDescriptor =>
  field.datetime('endsAt', 'Ends', {
    readOnly: true,
    derivedFrom: ['startsAt', 'duration'],
    section: 'Time',
  });

export const reminderField = (): FieldDescriptor =>
  field.datetime('remindAt', 'Reminder', {
    section: 'Time',
    help: 'When the owner is reminded. It moves along when you reschedule.',
  });

/** The place of an activity in the order of time: calendars, timelines and next steps sort by it. */
export const happensField = (kind: ActivityKind): FieldDescriptor =>
  field.datetime('happensAt', 'When', { readOnly: true, derivedFrom: HAPPENS_FROM[kind], section: 'Time' });

export const statusField = (labels: string[]): FieldDescriptor =>
  field.select('status', 'Status', optionsOf(...labels), {
    required: true,
    default: () => labels[0],
    defaultColumn: true,
    section: 'Status',
  });

export const completedField = (): FieldDescriptor =>
  field.datetime('completedAt', 'Completed at', {
    readOnly: true,
    importable: true,
    derivedFrom: ['status'],
    section: 'Status',
  });

/** How a task repeats, as RRULE of RFC 5545 for days. Companies add rules of their own. */
export const recurrenceField = (): FieldDescriptor =>
  field.select(
    'recurrence',
    'Repeats',
    [
      { value: 'FREQ=DAILY', label: 'Every day' },
      { value: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', label: 'Every working day' },
      { value: 'FREQ=WEEKLY', label: 'Every week' },
      { value: 'FREQ=WEEKLY;INTERVAL=2', label: 'Every two weeks' },
      { value: 'FREQ=MONTHLY', label: 'Every month' },
      { value: 'FREQ=MONTHLY;BYMONTHDAY=-1', label: 'On the last day of the month' },
      { value: 'FREQ=MONTHLY;INTERVAL=3', label: 'Every quarter' },
      { value: 'FREQ=YEARLY', label: 'Every year' },
    ],
    {
      openOptions: true,
      maxLength: 200,
      section: 'Time',
      help: 'When you complete the task, the next one is created.',
    },
  );

/** Whether the task that follows a recurring one was created. */
export const hasRecurredField = (): FieldDescriptor =>
  field.boolean('hasRecurred', 'Next one created', {
    required: true,
    readOnly: true,
    default: () => false,
    derivedFrom: ['recurrence', 'status'],
    section: 'Time',
  });

export const directionField = (): FieldDescriptor =>
  field.select('direction', 'Direction', optionsOf('Outbound', 'Inbound'), {
    required: true,
    default: () => 'Outbound',
    defaultColumn: true,
    section: 'Details',
  });

/** How it ended; companies add their own. */
export const outcomeField = (labels: string[]): FieldDescriptor =>
  field.select('outcome', 'Outcome', optionsOf(...labels), {
    openOptions: true,
    maxLength: 100,
    section: 'Status',
  });

/** The run of a sequence that created the activity, and which of its steps it is: "2/4". */
export const sequenceFields = (): FieldDescriptor[] => [
  field.reference('sequenceRun', 'Created by sequence', 'sequenceRun', {
    readOnly: true,
    section: 'Status',
    help: 'Completing the activity creates the next step.',
  }),
  field.text('sequenceStep', 'Step of the sequence', {
    readOnly: true,
    maxLength: 20,
    filterable: false,
    section: 'Status',
  }),
];
