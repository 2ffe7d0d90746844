import { FIELD_TYPE_NAMES } from '@pellucid/conditions';
import { z } from 'zod';
import { OBJECT_COLORS, OBJECT_ICONS, REFERENCE_MARKS } from '../describe/index.js';
import { fieldCondition, fieldName } from './named-fields.js';

/** Schemas of what `GET /objects` answers. Whatever names a field is a `fieldName`. */

const option = z.object({
  value: z.string(),
  label: z.string(),
  retired: z
    .boolean()
    .optional()
    .meta({ description: 'Records keep it, but no record is given it any more.' }),
  for: z.array(z.string()).optional().meta({
    description: 'Values of the field in `dependsOn` with which it can be chosen; any if left out.',
  }),
});

const entityOverride = z.object({
  label: z.string().optional(),
  required: z.boolean().optional(),
  options: z.array(z.string()).optional().meta({ description: 'Values of the options that can be chosen.' }),
  hidden: z.boolean().optional().meta({ description: 'Whether forms leave the field out.' }),
});

const describedField = z
  .object({
    key: fieldName(),
    label: z.string(),
    type: z.enum(FIELD_TYPE_NAMES),
    required: z.boolean(),
    readOnly: z.boolean(),
    computed: z
      .enum(['formula', 'rollup', 'autoNumber'])
      .optional()
      .meta({ description: 'How the product works its values out; see GET /access/value-source.' }),
    options: z.array(option).optional(),
    openOptions: z.boolean().optional(),
    dependsOn: fieldName()
      .optional()
      .meta({ description: 'The choice that decides which options can be chosen; see `for` of an option.' }),
    requiredIf: fieldCondition().optional().meta({ description: 'When it must have a value.' }),
    visibleIf: fieldCondition()
      .optional()
      .meta({ description: 'When forms show it. It is not required otherwise.' }),
    pattern: z.string().optional().meta({
      description: 'Regular expression in the syntax of RE2 that whole texts match.',
    }),
    entityOverrides: z
      .record(z.string(), entityOverride)
      .optional()
      .meta({ description: 'What differs for records of a legal entity, by its ID.' }),
    references: z.string().optional(),
    linksTo: z
      .array(z.string())
      .optional()
      .meta({ description: 'Of a field that links to records of several objects: which ones.' }),
    filterable: z.boolean(),
    sortable: z.boolean(),
    searchable: z.boolean(),
    encrypted: z
      .boolean()
      .optional()
      .meta({ description: 'Stored encrypted; filters only find exact matches.' }),
    importable: z.boolean(),
    pii: z.enum(['public', 'internal', 'personal', 'sensitive', 'secret']),
    access: z.enum(['clear', 'mask']).meta({
      description:
        "The highest access the caller's roles give on any record; `meta.access` of a record gives its own.",
    }),
    varies: z.boolean().meta({
      description: "Whether some records show less of it; it then can't be used to filter, sort or search.",
    }),
    viewOnly: z.boolean().meta({
      description:
        "Read-only in every record because of the caller's roles, not because of the field; see GET /access/rights for one record.",
    }),
    maxLength: z.int().optional(),
    scale: z.int().optional(),
    min: z.number().optional(),
    max: z.number().optional(),
    ownCurrency: z.boolean().optional().meta({
      description:
        'Of an amount: whether each record says its currency, in `currencyField` if the caller sees that.',
    }),
    currencyField: fieldName().optional(),
    currency: z
      .string()
      .optional()
      .meta({ description: 'Of an amount that is always in the same currency.' }),
    keptIn: fieldName().optional().meta({
      description: 'Of an amount in the base currency: the field with the currency it is kept in at present.',
    }),
    comparedBy: fieldName().optional().meta({
      description:
        'For amounts with their own currency: the field with the value in the base currency, used to filter and sort.',
    }),
    default: z.unknown().optional().meta({ description: 'What a new record has if it is left out.' }),
    defaultFrom: z
      .object({ reference: fieldName(), field: fieldName('reference') })
      .optional()
      .meta({
        description:
          'What a new record takes if it is left out: a field of the record that a reference leads to. Comes before `default`.',
      }),
    help: z.string().optional(),
    section: z.string().optional(),
    defaultColumn: z.boolean(),
  })
  .meta({ id: 'DescribedField' });

const presentation = z.object({
  icon: z.enum(OBJECT_ICONS),
  color: z.enum(OBJECT_COLORS).optional(),
  isPerson: z.boolean().meta({ description: 'Whether a record stands for a person.' }),
  mark: z.enum(REFERENCE_MARKS).meta({
    description: 'How references to its records are drawn: as a name, a name after an avatar, or a pill.',
  }),
  keyFacts: z.array(fieldName()).meta({ description: "Fields below a record's name." }),
  askedBySteps: z
    .array(fieldName())
    .meta({ description: 'Fields that steps ask for. Forms show them once they have a value.' }),
  offered: z.object({ present: fieldCondition().optional(), logIn: fieldCondition().optional() }).meta({
    description: 'Conditions: which records pickers offer for a new value, and for sharing with a person.',
  }),
});

/** An object as a caller may know it. */
export const describedObject = z
  .object({
    key: z.string(),
    custom: z.boolean().optional().meta({ description: 'Whether the company made the object.' }),
    path: z.string(),
    label: z.string(),
    pluralLabel: z.string(),
    listed: z.boolean(),
    ownersByRules: z.boolean().optional().meta({
      description: 'Whether rules choose the owner of a new record that is created without one.',
    }),
    defaultSort: z.string().meta({
      description:
        "Order of lists that are asked for none. By creation date if the caller can't sort by the object's own.",
    }),
    presentation,
    groupedBy: z.array(z.string()).meta({
      description: 'Objects that boards and totals group its records by.',
    }),
    emailField: fieldName()
      .optional()
      .meta({ description: 'Field by which imports also find records that are named.' }),
    permissions: z.record(z.string(), z.boolean()),
    verbs: z.array(z.object({ key: z.string(), label: z.string() })),
    freezes: z.boolean().meta({
      description: 'Whether some of its records can no longer be changed, not even by administrators.',
    }),
    visibleThrough: z.array(z.object({ field: fieldName(), see: z.enum(['read', 'edit']) })).meta({
      description:
        'Fields whose linked records open its records: to those who can read them, and with `edit` also for changes to those who can change them.',
    }),
    timeline: z.object({ about: fieldName(), at: fieldName().optional() }).optional().meta({
      description:
        'Its records stand on the timelines of the records that the field `about` links to, at the time in the field `at`, or when they were made.',
    }),
    fields: z.array(describedField),
    lines: z
      .array(
        z.object({
          key: fieldName(),
          label: z.string(),
          max: z.int().meta({ description: 'Most lines that a record can have.' }),
          readOnly: z
            .boolean()
            .meta({ description: "Whether the caller's roles don't let them add, remove or move lines." }),
          fields: z
            .array(describedField)
            .meta({ description: 'Their keys contain that of the lines: `lines.quantity`.' }),
        }),
      )
      .meta({
        description:
          'Lines that its records own. Records read one by one contain them; lists if asked: `fields=lines`.',
      }),
  })
  .meta({ id: 'DescribedObject' });
