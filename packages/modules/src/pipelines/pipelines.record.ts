import { CONFIGURATION } from '@pellucid/platform/access';
import { defineRecord, field } from '@pellucid/platform/records';
import { pipelineTextsDe } from './pipelines.texts-de.js';

/** The sequence of stages for deals of one kind. */
export const pipelineRecord = defineRecord({
  key: 'pipeline',
  texts: { de: pipelineTextsDe },
  plural: 'pipelines',
  label: 'Pipeline',
  pluralLabel: 'Pipelines',
  table: 'pipeline',
  ownedByCreator: false,
  bumpsAccess: true,
  defaultSort: 'position',
  listed: false,
  presentation: { icon: 'timeline', order: 60, keyFacts: ['isDefault'] },
  roles: CONFIGURATION,
  fields: [
    field.text('name', 'Name', {
      required: true,
      maxLength: 100,
      searchable: true,
      defaultColumn: true,
      pii: 'public',
    }),
    field.boolean('isDefault', 'Default', {
      default: () => false,
      defaultColumn: true,
      help: 'New opportunities use this pipeline unless another is chosen.',
    }),
    field.number('position', 'Position', { min: 0, max: 100_000, defaultColumn: true }),
    field.longText('description', 'Description'),
  ],
  uniques: [
    {
      constraint: 'pipeline_name_living_key',
      field: 'name',
      message: 'Another pipeline already has this name.',
    },
    {
      constraint: 'pipeline_default_living_key',
      field: 'isDefault',
      message: 'Another pipeline was just made the default. Try again.',
    },
  ],
});
