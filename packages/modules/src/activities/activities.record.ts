import { SALES_DATA } from '@pellucid/platform/access';
import { defineRecord, field, optionsOf } from '@pellucid/platform/records';
import {
  ACTIVITY_KINDS,
  ACTIVITY_TABLE,
  type ActivityKind,
  aboutField,
  completedField,
  derivedDurationField,
  derivedEndField,
  descriptionField,
  directionField,
  durationField,
  happensField,
  hasRecurredField,
  outcomeField,
  participantsField,
  recurrenceField,
  reminderField,
  sequenceFields,
  startField,
  statusField,
  subjectField,
} from './activity-fields.js';
import { callTextsDe, emailLogTextsDe, meetingTextsDe, taskTextsDe } from './activities.texts-de.js';

/** What a module says about an object. */
type Definition = Parameters<typeof defineRecord>[0];

/** What all kinds of activities have in common. */
const activity = (key: ActivityKind) =>
  ({
    key,
    table: ACTIVITY_TABLE.table,
    part: { column: ACTIVITY_TABLE.column, value: ACTIVITY_KINDS[key] },
    roles: SALES_DATA,
    visibleThrough: [{ field: 'about', see: 'edit' }],
    timeline: { about: 'about', at: 'happensAt' },
  }) satisfies Partial<Definition>;

/** What activities have in common that are planned first and done later. */
const planned = (times: string[]) =>
  ({
    verbs: [
      { key: 'complete', label: 'Complete' },
      { key: 'reopen', label: 'Reopen' },
    ],
    verbsTell: { completed: ['status'], reopened: ['status'], rescheduled: times, snoozed: ['remindAt'] },
  }) satisfies Partial<Definition>;

/** Something that somebody has to do. */
export const taskRecord = defineRecord({
  ...activity('task'),
  ...planned(['due', 'startsAt']),
  texts: { de: taskTextsDe },
  plural: 'tasks',
  label: 'Task',
  pluralLabel: 'Tasks',
  defaultSort: 'due',
  presentation: { icon: 'checkbox', order: 42, keyFacts: ['due', 'priority', 'status', 'owner'] },
  fields: [
    subjectField(),
    aboutField(),
    participantsField(),
    descriptionField(),
    statusField(['Open', 'In progress', 'Waiting', 'Done', 'Cancelled']),
    field.select('priority', 'Priority', optionsOf('Urgent', 'High', 'Normal', 'Low'), {
      required: true,
      default: () => 'Normal',
      defaultColumn: true,
      section: 'Status',
    }),
    field.longText('outcome', 'Outcome', { pii: 'personal', section: 'Status' }),
    completedField(),
    field.date('due', 'Due', {
      requiredIf: { field: 'recurrence', op: 'exists' },
      defaultColumn: true,
      section: 'Time',
    }),
    recurrenceField(),
    hasRecurredField(),
    startField('Planned for', { help: 'When you mean to work on it, if you set aside time.' }),
    durationField(),
    derivedEndField(),
    reminderField(),
    happensField('task'),
    ...sequenceFields(),
  ],
});

/** A phone call, planned or held. */
export const callRecord = defineRecord({
  ...activity('call'),
  ...planned(['startsAt']),
  texts: { de: callTextsDe },
  plural: 'calls',
  label: 'Call',
  pluralLabel: 'Calls',
  defaultSort: '-startsAt',
  presentation: { icon: 'phone', order: 44, keyFacts: ['startsAt', 'outcome', 'status', 'owner'] },
  fields: [
    subjectField(),
    aboutField(),
    participantsField(),
    directionField(),
    descriptionField('Notes'),
    statusField(['Planned', 'Done', 'Cancelled']),
    outcomeField(['Connected', 'Left voicemail', 'No answer', 'Busy', 'Wrong number']),
    completedField(),
    startField('When', { defaultColumn: true, help: 'If empty, now.' }),
    durationField({ defaultColumn: true }),
    derivedEndField(),
    reminderField(),
    happensField('call'),
    ...sequenceFields(),
  ],
});

/** A meeting, planned or held. */
export const meetingRecord = defineRecord({
  ...activity('meeting'),
  ...planned(['startsAt', 'endsAt']),
  texts: { de: meetingTextsDe },
  plural: 'meetings',
  label: 'Meeting',
  pluralLabel: 'Meetings',
  defaultSort: '-startsAt',
  presentation: { icon: 'calendar', order: 46, keyFacts: ['startsAt', 'endsAt', 'status', 'owner'] },
  fields: [
    subjectField(),
    aboutField(),
    participantsField(),
    field.text('location', 'Location', { pii: 'personal', maxLength: 300, section: 'Details' }),
    field.url('link', 'Video link', { section: 'Details' }),
    descriptionField('Notes'),
    statusField(['Planned', 'Done', 'Cancelled']),
    outcomeField(['Held', 'No show', 'Postponed']),
    completedField(),
    startField('Starts', { required: true, defaultColumn: true }),
    field.datetime('endsAt', 'Ends', {
      required: true,
      defaultColumn: true,
      section: 'Time',
      help: 'If empty, half an hour after the start.',
    }),
    derivedDurationField(),
    reminderField(),
    happensField('meeting'),
    ...sequenceFields(),
  ],
});

/** An e-mail that somebody noted down by hand. */
export const emailLogRecord = defineRecord({
  ...activity('emailLog'),
  texts: { de: emailLogTextsDe },
  plural: 'email-logs',
  label: 'Logged e-mail',
  pluralLabel: 'Logged e-mails',
  defaultSort: '-startsAt',
  presentation: { icon: 'mail', order: 48, keyFacts: ['startsAt', 'direction', 'owner'] },
  fields: [
    subjectField(),
    aboutField(),
    participantsField(),
    directionField(),
    startField('Sent at', { defaultColumn: true, help: 'If empty, now.' }),
    descriptionField('Text'),
    happensField('emailLog'),
  ],
});
