import { listSchema, nameText, pageQuery } from '@pellucid/platform/http';
import { makerSchema } from '@pellucid/platform/records';
import { z } from 'zod';

const name = nameText(100).meta({ description: 'What people call it.' });
const object = z.string().min(1).max(100).meta({ description: 'Key of the object whose records it is for.' });
const isShared = z.boolean().optional().meta({
  description:
    'Whether everyone who may create records of the object sees it. By default only its owner does.',
});
const values = z.record(z.string().max(200), z.unknown()).meta({
  description:
    'Values by field key, such as `name` and `custom.size`, in the form that records have. Days and times are relative to the day on which the template is used: `{"days": 3}`, `{"days": 3, "time": "09:30"}`. References and values that must be unique are not kept.',
});

/** A new template. */
export const templateCreateBody = z
  .strictObject({ object, name, values, isShared })
  .meta({ id: 'RecordTemplateCreate' });

/** A change; what is left out stays. Values are replaced as a whole. */
export const templateChangeBody = z
  .strictObject({ name: name.optional(), values: values.optional(), isShared })
  .meta({ id: 'RecordTemplateChange' });

/** Query parameters of the list. */
export const templateListQuery = z.strictObject({ object: object.optional(), ...pageQuery().shape });

/** A template in responses. */
export const templateSchema = z
  .object({
    id: z.uuid(),
    object: z.string(),
    name: z.string(),
    values,
    leftOut: z.array(z.string()).meta({
      description:
        'Keys of the fields whose values the caller can’t use. Empty for those who neither made the template nor manage fields.',
    }),
    isShared: z.boolean(),
    owner: makerSchema.nullable().meta({ description: 'Null if an API key made it.' }),
    mayChange: z.boolean(),
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'RecordTemplate' });

/** A page of templates. */
export const templateListSchema = listSchema(templateSchema, 'RecordTemplateList');
