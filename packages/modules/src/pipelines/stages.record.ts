import { CONFIGURATION } from '@pellucid/platform/access';
import { defineRecord, field, type FieldOption, optionsOf } from '@pellucid/platform/records';
import { stageTextsDe } from './stages.texts-de.js';

/** What a stage means for a deal in it. */
export type StageCategory = 'open' | 'won' | 'lost';

/** Forecast categories of deals and stages. */
export const FORECAST_CATEGORIES = ['Pipeline', 'Best case', 'Commit', 'Closed', 'Omitted'] as const;

/** Fields of a deal that a stage may require. */
export const REQUIRABLE_FIELDS: FieldOption[] = [
  { value: 'account', label: 'Account' },
  { value: 'amount', label: 'Amount' },
  { value: 'closeDate', label: 'Close date' },
  { value: 'closeReason', label: 'Close reason' },
  { value: 'contact', label: 'Contact' },
  { value: 'description', label: 'Description' },
  { value: 'engageDate', label: 'Engage date' },
  { value: 'nextStep', label: 'Next step' },
  { value: 'owner', label: 'Owner' },
  { value: 'product', label: 'Product' },
  { value: 'source', label: 'Source' },
  { value: 'type', label: 'Type' },
];

/** A step of a pipeline. Won and lost stages end it. */
export const stageRecord = defineRecord({
  key: 'stage',
  texts: { de: stageTextsDe },
  plural: 'stages',
  label: 'Stage',
  pluralLabel: 'Stages',
  table: 'stage',
  ownedByCreator: false,
  bumpsAccess: true,
  defaultSort: 'pipeline,position',
  listed: false,
  presentation: { icon: 'timeline', order: 70, mark: 'pill', keyFacts: ['category', 'pipeline'] },
  roles: CONFIGURATION,
  fields: [
    field.reference('pipeline', 'Pipeline', 'pipeline', {
      required: true,
      belongsTo: true,
      defaultColumn: true,
    }),
    field.text('name', 'Name', {
      required: true,
      maxLength: 100,
      searchable: true,
      defaultColumn: true,
      pii: 'public',
    }),
    field.number('position', 'Position', { min: 0, max: 100_000, defaultColumn: true }),
    field.select(
      'category',
      'Category',
      [
        { value: 'open', label: 'Open' },
        { value: 'won', label: 'Won' },
        { value: 'lost', label: 'Lost' },
      ],
      { required: true, default: () => 'open', defaultColumn: true },
    ),
    field.number('probability', 'Probability (%)', {
      min: 0,
      max: 100,
      defaultColumn: true,
      help: 'Default for opportunities in this stage. Won is always 100, lost always 0.',
    }),
    field.select('forecastCategory', 'Forecast category', optionsOf(...FORECAST_CATEGORIES), {
      defaultColumn: true,
    }),
    field.number('stuckAfterDays', 'Stuck after (days)', {
      min: 1,
      max: 3650,
      help: 'How long opportunities usually stay in this stage. After that they are shown as at risk. If empty, never.',
    }),
    field.multiSelect('requiredFields', 'Required fields', REQUIRABLE_FIELDS, {
      help: 'Fields an opportunity needs to enter this stage.',
    }),
  ],
  uniques: [
    {
      constraint: 'stage_name_living_key',
      field: 'name',
      message: 'Another stage of this pipeline already has this name.',
    },
  ],
});
