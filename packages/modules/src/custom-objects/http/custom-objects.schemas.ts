import { SALES_ACCESS } from '@pellucid/platform/access';
import { nameText } from '@pellucid/platform/http';
import { OBJECT_COLORS, OBJECT_ICONS } from '@pellucid/platform/records';
import { z } from 'zod';

const label = nameText(100, 'give a label');
const language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, 'must be a language tag, like "de"');
const words = z.record(language, label);
const word = z.string().min(1).max(100);
const fieldKey = z.string().min(1).max(100);
const option = z.string().min(1).max(255);

const stageRules = z
  .strictObject({
    field: fieldKey.meta({ description: 'Key of the select field whose options are the stages.' }),
    moves: z.record(option, z.array(option).max(250)).optional().meta({
      description: 'Stages that records may move on to, by stage. A stage that is missing allows all.',
    }),
    requires: z
      .record(option, z.array(fieldKey).max(200))
      .optional()
      .meta({ description: 'Keys of fields that must have a value in a stage, by stage.' }),
  })
  .meta({ id: 'StageRules' });

const operations = z.strictObject({
  create: z.boolean().optional(),
  update: z.boolean().optional(),
  delete: z.boolean().optional(),
});

/** The settings of an object; null means that a setting is removed. */
const settings = {
  labels: words
    .nullable()
    .optional()
    .meta({ description: 'Labels in other languages, by language tag: `{"de": "Fahrzeug"}`.' }),
  pluralLabels: words.nullable().optional(),
  icon: z.enum(OBJECT_ICONS).nullable().optional(),
  color: z.enum(OBJECT_COLORS).nullable().optional(),
  nameField: fieldKey.nullable().optional().meta({
    description:
      'Key of the field that names records: `name`, which every object has (default), or a field of its own, like `custom.plate`.',
  }),
  nameTemplate: z.string().min(1).max(500).nullable().optional().meta({
    description: 'What names are composed of instead: `{custom.make} {custom.model}`.',
  }),
  nameLabel: label.nullable().optional().meta({ description: 'Label of the field `name`.' }),
  nameLabels: words.nullable().optional(),
  operations: operations
    .nullable()
    .optional()
    .meta({ description: 'What its records offer; all by default.' }),
  salesAccess: z.enum(SALES_ACCESS).nullable().optional().meta({
    description:
      'What the built-in sales roles may do: `data` (default): work with records like accounts; `catalog`: managers maintain them; `configuration`: everybody reads them; `none`.',
  }),
  stages: stageRules
    .nullable()
    .optional()
    .meta({ description: 'Rules of the stages that a select field names.' }),
};

/** A new object. */
export const objectCreateBody = z
  .strictObject({
    name: word.meta({ description: 'Key of the object, e.g. `vehicle`. It never changes.' }),
    plural: word.meta({ description: 'Its path: `vehicles` is served at `/api/v1/vehicles`.' }),
    label,
    pluralLabel: label,
    ...settings,
  })
  .meta({ id: 'CustomObjectCreate' });

/** A change; what is left out stays. */
export const objectChangeBody = z
  .strictObject({
    plural: word.optional(),
    label: label.optional(),
    pluralLabel: label.optional(),
    ...settings,
  })
  .meta({ id: 'CustomObjectChange' });

/** Which objects a list contains. */
export const objectsQuery = z.strictObject({
  deleted: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .meta({ description: 'Lists deleted objects that can be restored, instead of present ones.' }),
});

/** What a deletion does to the object's records. */
export const objectDeleteQuery = z.strictObject({
  records: z.enum(['refuse', 'delete']).default('refuse').meta({
    description: 'Whether an object with records is kept (409), or deleted with them.',
  }),
});

const shownWords = z.record(z.string(), z.string()).optional();

/** An object in responses; settings that it doesn't have are missing. */
export const objectAnswer = z
  .object({
    id: z.uuid(),
    name: z.string(),
    plural: z.string(),
    path: z.string().meta({ description: 'Below `/api/v1`.' }),
    label: z.string(),
    pluralLabel: z.string(),
    labels: shownWords,
    pluralLabels: shownWords,
    icon: z.enum(OBJECT_ICONS).optional(),
    color: z.enum(OBJECT_COLORS).optional(),
    nameField: z.string().optional(),
    nameTemplate: z.string().optional(),
    nameLabel: z.string().optional(),
    nameLabels: shownWords,
    operations: z
      .object({
        create: z.boolean().optional(),
        update: z.boolean().optional(),
        delete: z.boolean().optional(),
      })
      .optional(),
    salesAccess: z.enum(SALES_ACCESS).optional(),
    stages: z
      .object({
        field: z.string(),
        moves: z.record(z.string(), z.array(z.string())).optional(),
        requires: z.record(z.string(), z.array(z.string())).optional(),
      })
      .optional(),
    records: z
      .object({ count: z.int(), isCapped: z.boolean() })
      .meta({ description: 'How many records of it the caller sees, without deleted ones.' }),
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    deletedAt: z.iso.datetime().optional(),
    restorableUntil: z.iso.datetime().optional(),
  })
  .meta({ id: 'CustomObject' });

/** Objects in responses. */
export const objectsAnswer = z
  .object({
    data: z.array(objectAnswer),
    limit: z.int().meta({ description: 'How many objects the company can have.' }),
  })
  .meta({ id: 'CustomObjectList' });
