import { SALES_CATALOG, SALES_DATA } from '@pellucid/platform/access';
import { defineLines, defineRecord, field, optionsOf } from '@pellucid/platform/records';
import { RUN_STATES, stepFields, STOP_REASONS } from './sequence-fields.js';
import { sequenceRunTextsDe, sequenceTextsDe } from './sequences.texts-de.js';

/** Most steps of a sequence. */
const MOST_STEPS = 50;

/** Steps that follow one another once the sequence is started for a record. */
export const sequenceRecord = defineRecord({
  key: 'sequence',
  texts: { de: sequenceTextsDe },
  plural: 'sequences',
  label: 'Sequence',
  pluralLabel: 'Sequences',
  table: 'sequence',
  ownedByCreator: false,
  defaultSort: 'name',
  presentation: { icon: 'timeline', order: 54, keyFacts: ['objects', 'active'] },
  roles: SALES_CATALOG,
  lines: [
    defineLines({
      key: 'steps',
      label: 'Steps',
      table: 'sequence_step',
      ownerColumn: 'sequence_id',
      max: MOST_STEPS,
      fields: stepFields(),
    }),
  ],
  fields: [
    field.text('name', 'Name', {
      required: true,
      maxLength: 200,
      searchable: true,
      defaultColumn: true,
      pii: 'public',
    }),
    field.multiSelect(
      'objects',
      'For',
      [
        { value: 'lead', label: 'Leads' },
        { value: 'contact', label: 'Contacts' },
        { value: 'account', label: 'Accounts' },
        { value: 'opportunity', label: 'Opportunities' },
      ],
      {
        openOptions: true,
        defaultColumn: true,
        help: 'If empty, for records of any kind. For an object of your own, enter its key.',
      },
    ),
    field.boolean('active', 'Active', {
      required: true,
      default: () => true,
      defaultColumn: true,
      help: 'Whether it can be started. Runs go on.',
    }),
    field.boolean('stopsWhenClosed', 'Stop when closed', {
      required: true,
      default: () => true,
      defaultColumn: true,
      help: 'Whether a run stops when the opportunity is won or lost, or the lead is converted or disqualified.',
    }),
  ],
  uniques: [
    {
      constraint: 'sequence_name_living_key',
      field: 'name',
      message: 'Another sequence already has this name.',
    },
  ],
});

/** A sequence that was started for a record. It keeps the steps as they were then. */
export const sequenceRunRecord = defineRecord({
  key: 'sequenceRun',
  texts: { de: sequenceRunTextsDe },
  plural: 'sequence-runs',
  label: 'Sequence run',
  pluralLabel: 'Sequence runs',
  table: 'sequence_run',
  // They are looked at with the sequence, or with what they run for.
  listed: false,
  presentation: { icon: 'timeline', order: 56, keyFacts: ['state', 'step', 'owner'] },
  roles: SALES_DATA,
  visibleThrough: [{ field: 'about', see: 'edit' }],
  timeline: { about: 'about' },
  displayName: ({ name }) => String(name ?? 'Sequence run'),
  nameFields: ['name'],
  lines: [
    defineLines({
      key: 'steps',
      label: 'Steps',
      table: 'sequence_run_step',
      ownerColumn: 'sequence_run_id',
      fields: stepFields().map((each) => ({ ...each, readOnly: true, importable: false })),
    }),
  ],
  fields: [
    field.text('name', 'Name', {
      maxLength: 200,
      searchable: true,
      readOnly: true,
      derivedFrom: ['sequence.name'],
    }),
    field.reference('sequence', 'Sequence', 'sequence', { required: true, defaultColumn: true }),
    field.links('about', 'Started for', 'any', { defaultColumn: true }),
    field.select('state', 'State', optionsOf(...RUN_STATES), {
      required: true,
      default: () => 'Active',
      defaultColumn: true,
      help: 'Set it to Stopped to cancel the open step.',
    }),
    field.select('stopReason', 'Why it stopped', optionsOf(...STOP_REASONS), {
      readOnly: true,
      derivedFrom: ['state'],
    }),
    field.text('step', 'Step', {
      readOnly: true,
      maxLength: 20,
      filterable: false,
      defaultColumn: true,
      derivedFrom: ['sequence'],
    }),
  ],
});
