import { SALES_CATALOG } from '@pellucid/platform/access';
import { defineRecord, field } from '@pellucid/platform/records';
import { goalTextsDe } from './goals.texts-de.js';

/** What goals count. */
export const METRICS = [
  { value: 'wonAmount', label: 'Revenue won' },
  { value: 'wonDeals', label: 'Opportunities won' },
  { value: 'activities', label: 'Activities completed' },
  { value: 'newLeads', label: 'New leads' },
] as const;
export type Metric = (typeof METRICS)[number]['value'];

/** The periods in which goals are to be reached. */
export const PERIODS = [
  { value: 'month', label: 'Month' },
  { value: 'quarter', label: 'Quarter' },
] as const;
export type Period = (typeof PERIODS)[number]['value'];

const labelOf = (options: readonly { value: string; label: string }[], value: unknown) =>
  options.find((option) => option.value === value)?.label ?? '';

/** What a person or a team wants to reach in each month or quarter. */
export const goalRecord = defineRecord({
  key: 'goal',
  texts: { de: goalTextsDe },
  plural: 'goals',
  label: 'Goal',
  pluralLabel: 'Goals',
  table: 'goal',
  roles: SALES_CATALOG,
  defaultSort: '-startsOn',
  presentation: { icon: 'checkbox', order: 54, keyFacts: ['owner', 'team', 'target', 'period'] },
  displayName: ({ name, metric }) => String(name ?? labelOf(METRICS, metric)),
  nameFields: ['name', 'metric'],
  fields: [
    field.text('name', 'Name', {
      maxLength: 200,
      searchable: true,
      defaultColumn: true,
      help: 'If empty, what it counts.',
    }),
    field.reference('team', 'Team', 'team', {
      defaultColumn: true,
      help: "For a goal of a team. If empty, it is the owner's.",
    }),
    field.select('metric', 'Counts', [...METRICS], { required: true, defaultColumn: true }),
    field.multiSelect(
      'activityKinds',
      'Kinds of activities',
      [
        { value: 'task', label: 'Tasks' },
        { value: 'call', label: 'Calls' },
        { value: 'meeting', label: 'Meetings' },
        { value: 'emailLog', label: 'Logged e-mails' },
      ],
      {
        visibleIf: { field: 'metric', op: 'eq', value: 'activities' },
        help: 'If empty, all of them.',
      },
    ),
    field.number('target', 'Target', {
      scale: 2,
      min: 0,
      max: 999_999_999_999,
      required: true,
      defaultColumn: true,
      help: 'For each period; revenue in the base currency.',
    }),
    field.select('period', 'Period', [...PERIODS], {
      required: true,
      default: () => 'month',
      defaultColumn: true,
      help: "Quarters are those of the company's fiscal year.",
    }),
    field.date('startsOn', 'From', {
      required: true,
      defaultColumn: true,
      help: 'It holds for the period of this day and for each one after it.',
    }),
    field.date('endsOn', 'Until', {
      defaultColumn: true,
      help: 'It holds up to the period of this day. If empty, without end.',
    }),
  ],
});
