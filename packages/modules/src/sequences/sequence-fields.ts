import { field, type FieldDescriptor, optionsOf } from '@pellucid/platform/records';

/** Kinds of steps. The step "E-mail" creates a task to write one: a logged e-mail is one that was sent already. */
export const STEP_KINDS = ['Task', 'Call', 'Meeting', 'E-mail'] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** Whom a step is for. */
export const ASSIGNEES = ['Owner of the record', 'Who started it', 'Named person'] as const;

/** How the wait before a step is counted. Working days are Monday to Friday. */
export const WAIT_UNITS = ['Days', 'Working days'] as const;

/** When calls and meetings of a step that names no time begin. */
export const USUAL_TIME = '09:00';

/** The longest wait before a step, in days. */
const MOST_DAYS = 365;

/** States of a run. */
export const RUN_STATES = ['Active', 'Finished', 'Stopped'] as const;

/** Why a run was stopped. */
export const STOP_REASONS = ['By hand', 'Record closed', 'Record deleted', 'Step cancelled'] as const;

/** The fields of a step, in a sequence or as a run keeps it. */
export const stepFields = (): FieldDescriptor[] => [
  field.select('kind', 'Kind', optionsOf(...STEP_KINDS), { required: true, default: () => 'Task' }),
  field.text('name', 'Subject', { required: true, maxLength: 300 }),
  field.longText('description', 'Description'),
  field.select('priority', 'Priority', optionsOf('Urgent', 'High', 'Normal', 'Low'), {
    required: true,
    default: () => 'Normal',
    help: 'For tasks.',
  }),
  field.number('wait', 'Wait', {
    min: 0,
    max: MOST_DAYS,
    required: true,
    default: () => 0,
    help: 'Days after the previous step is completed, or after the start.',
  }),
  field.select('waitUnit', 'Counted in', optionsOf(...WAIT_UNITS), {
    required: true,
    default: () => 'Days',
    help: 'Working days are Monday to Friday.',
  }),
  field.text('time', 'Time of day', {
    maxLength: 5,
    help: 'When a call or meeting begins, or a task reminds: 14:30. Calls and meetings begin at 09:00 if empty.',
  }),
  field.select('assignee', 'For', optionsOf(...ASSIGNEES), {
    required: true,
    default: () => 'Owner of the record',
  }),
  field.reference('person', 'Person', 'member', { help: 'The named person.' }),
];

/** Names of the fields of a step. */
export const STEP_VALUES = [
  'kind',
  'name',
  'description',
  'priority',
  'wait',
  'waitUnit',
  'time',
  'assignee',
  'person',
] as const;
