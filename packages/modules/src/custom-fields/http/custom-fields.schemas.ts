import { conditionSchema, FIELD_TYPE_NAMES, type FieldType } from '@pellucid/conditions';
import { freeText, nameText } from '@pellucid/platform/http';
import { SERVER_FIELD_TYPES } from '@pellucid/platform/records';
import { z } from 'zod';
import { COMPUTED_KINDS } from '../computed/computed-wishes.rules.js';
import { computedChange, computedShownSettings, computedWish } from './computed-fields.schemas.js';

/** Types that companies can add. */
const ADDABLE = FIELD_TYPE_NAMES.filter((type) => SERVER_FIELD_TYPES[type].ownSettings) as [
  FieldType,
  ...FieldType[],
];

const key = z.string().min(1).max(100);
const label = nameText(100, 'give a label');
const help = freeText(500);
const language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language tag, like "de"');
const words = <Text extends z.ZodType>(text: Text) => z.record(language, text);

const option = z
  .strictObject({
    value: nameText(100, 'give a value').meta({ description: 'What records have. It never changes.' }),
    label,
    labels: words(label).optional().meta({ description: 'Labels in other languages.' }),
    retired: z
      .boolean()
      .optional()
      .meta({ description: 'Records keep it, but no record is given it any more.' }),
    for: z
      .array(nameText(100))
      .max(500)
      .optional()
      .meta({ description: 'Values of the field in `dependsOn` with which it can be chosen.' }),
  })
  .meta({ id: 'CustomFieldOptionWish' });

const entityId = z.uuid({ error: 'must be the ID of a legal entity' }).transform((id) => id.toLowerCase());

const entityOverride = z
  .strictObject({
    label: label.optional(),
    labels: words(label).optional(),
    required: z.boolean().optional(),
    options: z.array(nameText(100)).max(500).optional(),
    hidden: z.boolean().optional(),
  })
  .meta({ id: 'CustomFieldOverrideWish' });

const pii = z.enum(['public', 'internal', 'personal', 'sensitive', 'secret']);

/** The settings of a field; null means that a setting is removed. */
const settings = {
  labels: words(label)
    .nullable()
    .optional()
    .meta({ description: 'Labels in other languages, by language tag: `{"de": "Größe"}`.' }),
  help: help.nullable().optional(),
  helps: words(help).nullable().optional(),
  section: nameText(100, 'give a section').nullable().optional(),
  required: z.boolean().nullable().optional(),
  requiredIf: conditionSchema.nullable().optional().meta({
    description: "Condition on the record's own fields: when it must have a value.",
  }),
  visibleIf: conditionSchema.nullable().optional().meta({
    description: "Condition on the record's own fields: when forms show it. It isn't required otherwise.",
  }),
  default: z.unknown().optional().meta({ description: 'What a new record has if the field is left out.' }),
  unique: z.boolean().nullable().optional().meta({ description: 'No two records have the same value.' }),
  indexed: z.boolean().nullable().optional().meta({
    description: 'Keeps an index, so that filters and sorts by the field stay fast on large lists.',
  }),
  searchable: z.boolean().nullable().optional(),
  defaultColumn: z.boolean().nullable().optional().meta({ description: 'Lists show it by default.' }),
  audited: z.boolean().nullable().optional(),
  pii: pii.nullable().optional(),
  options: z.array(option).max(2_000).nullable().optional().meta({
    description: 'The options of a choice. Of links: the roles that a link may have.',
  }),
  dependsOn: key.nullable().optional().meta({
    description: 'Key of the choice that decides which options can be chosen; see `for` of an option.',
  }),
  entityOverrides: z.record(entityId, entityOverride).nullable().optional().meta({
    description: 'What differs for records of a legal entity, by its ID.',
  }),
  linksTo: z.array(key).max(100).nullable().optional().meta({
    description: 'Keys of the objects that links may lead to.',
  }),
  pattern: z.string().min(1).max(1_000).nullable().optional().meta({
    description: 'Regular expression in the syntax of RE2 that whole texts must match.',
  }),
  references: key.nullable().optional().meta({ description: 'Key of the object that the field refers to.' }),
  maxLength: z.int().min(1).max(1_000_000).nullable().optional(),
  scale: z.int().min(0).max(100).nullable().optional().meta({ description: 'Decimal places of a number.' }),
  min: z.number().nullable().optional(),
  max: z.number().nullable().optional(),
  currency: z.string().max(10).nullable().optional().meta({
    description:
      'ISO 4217 code of an amount; the base currency if it is left out. `record` for the currency that each record has: such amounts can not be filtered or sorted.',
  }),
};

/** A new field. */
export const fieldCreateBody = z
  .strictObject({
    object: key.meta({ description: 'Key of the object, e.g. `account`.' }),
    name: z.string().min(1).max(200).meta({
      description: 'Name in `custom`: letters, digits and underscores. It never changes.',
    }),
    type: z.enum([...ADDABLE, ...COMPUTED_KINDS]).meta({
      description: 'Type of the values, or how the product works them out.',
    }),
    label,
    ...settings,
    ...computedWish(ADDABLE),
  })
  .meta({ id: 'CustomFieldCreate' });

/** A change; what is left out stays. */
export const fieldChangeBody = z
  .strictObject({ label: label.optional(), ...settings, ...computedChange })
  .meta({ id: 'CustomFieldChange' });

/** A new type, with what is said about its values. */
export const typeChangeBody = z
  .strictObject({
    type: z.enum(ADDABLE),
    options: settings.options,
    dependsOn: settings.dependsOn,
    default: settings.default,
    maxLength: settings.maxLength,
    pattern: settings.pattern,
    scale: settings.scale,
    min: settings.min,
    max: settings.max,
    currency: settings.currency,
  })
  .meta({ id: 'CustomFieldTypeChange' });

/** What a change of type would do. */
export const typePreviewAnswer = z
  .object({
    checked: z.int().meta({ description: 'Records looked at, among those that the caller sees.' }),
    complete: z.boolean().meta({ description: 'Whether these are all of them.' }),
    fits: z.int(),
    empty: z.int(),
    misfits: z.int().meta({ description: 'Records whose value would be emptied.' }),
    samples: z.array(z.object({ record: z.uuid(), value: z.unknown(), message: z.string() })),
  })
  .meta({ id: 'CustomFieldTypePreview' });

/** Options that are merged into another one. */
export const optionMergeBody = z
  .strictObject({ from: z.array(nameText(100)).min(1).max(250), into: nameText(100) })
  .meta({ id: 'CustomFieldOptionMerge' });

/** The bulk job that does the work. */
export const startedAnswer = z
  .object({ id: z.uuid(), status: z.string(), total: z.int() })
  .meta({ id: 'CustomFieldWork' });

/** Which fields a list contains. */
/** Whether personal uses of the field are in the way of deleting or converting it. */
export const usesQuery = z.strictObject({
  personalUses: z.enum(['refuse', 'leave']).default('refuse').meta({
    description:
      '`leave`: also if private views and import templates of others use the field. They leave it out then, and say so.',
  }),
});

export const fieldsQuery = z.strictObject({
  object: key.optional(),
  deleted: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .meta({ description: 'Lists deleted fields that can be restored, instead of present ones.' }),
});

/** The order of the fields of an object. */
export const fieldOrderBody = z
  .strictObject({
    object: key,
    ids: z.array(z.uuid({ error: 'must be a UUID' }).transform((id) => id.toLowerCase())).max(1_000),
  })
  .meta({ id: 'CustomFieldOrder' });

const shownWords = z.record(z.string(), z.string()).optional();

/** The settings of a field in responses; those that it doesn't have are missing. */
const shownSettings = {
  labels: shownWords,
  help: z.string().optional(),
  helps: shownWords,
  section: z.string().optional(),
  required: z.boolean().optional(),
  requiredIf: z.unknown().optional(),
  visibleIf: z.unknown().optional(),
  default: z.unknown().optional(),
  unique: z.boolean().optional(),
  uniqueRefused: z.literal(true).optional().meta({
    description:
      'The field was to be unique, but several records got the same value before all processes checked it. Make it unique again: the refusal names the records.',
  }),
  indexed: z.boolean().optional(),
  searchable: z.boolean().optional(),
  defaultColumn: z.boolean().optional(),
  audited: z.boolean().optional(),
  pii: pii.optional(),
  options: z
    .array(
      z
        .object({
          value: z.string(),
          label: z.string(),
          labels: shownWords,
          retired: z.boolean().optional(),
          for: z.array(z.string()).optional(),
        })
        .meta({ id: 'CustomFieldOption' }),
    )
    .optional(),
  dependsOn: z.string().optional(),
  entityOverrides: z
    .record(
      z.string(),
      z
        .object({
          label: z.string().optional(),
          labels: shownWords,
          required: z.boolean().optional(),
          options: z.array(z.string()).optional(),
          hidden: z.boolean().optional(),
        })
        .meta({ id: 'CustomFieldOverride' }),
    )
    .optional(),
  references: z.string().optional(),
  linksTo: z.array(z.string()).optional(),
  pattern: z.string().optional(),
  maxLength: z.int().optional(),
  scale: z.int().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  currency: z.string().optional(),
};

/** A field in responses. */
export const fieldAnswer = z
  .object({
    id: z.uuid(),
    object: z.string(),
    name: z.string(),
    key: z.string().meta({ description: 'Its key in filters, sorts and mappings: `custom.<name>`.' }),
    type: z.enum([...ADDABLE, ...COMPUTED_KINDS]),
    label: z.string(),
    ...shownSettings,
    ...computedShownSettings(ADDABLE),
    indexState: z.enum(['building', 'complete']).optional().meta({
      description: 'Of a field with an index: filters and sorts use it once it is complete.',
    }),
    convertingTo: z.enum(ADDABLE).optional().meta({
      description: 'The type that its values are being converted to. Nobody can change them meanwhile.',
    }),
    position: z.int().meta({ description: 'Place among the fields of the object.' }),
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    deletedAt: z.iso.datetime().optional(),
    restorableUntil: z.iso
      .datetime()
      .optional()
      .meta({ description: 'Of a deleted field: when its values are removed for good.' }),
  })
  .meta({ id: 'CustomField' });

/** Fields of the company. */
export const fieldsAnswer = z.object({ data: z.array(fieldAnswer) }).meta({ id: 'CustomFields' });
