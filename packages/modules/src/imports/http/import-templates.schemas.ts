import { listSchema, nameText, pageQuery } from '@pellucid/platform/http';
import { makerSchema } from '@pellucid/platform/records';
import { z } from 'zod';
import { importOptionsSchema } from '../import-options.schema.js';

const name = nameText(100).meta({ description: 'What people call it.' });
const isShared = z.boolean().optional().meta({
  description: 'Whether everyone who may import into the object sees it. By default only its owner does.',
});

/** Options as requests give them: what has a default may be left out. */
const givenOptions = importOptionsSchema.extend({}).meta({ id: 'ImportTemplateOptions' });

/** A new template. */
export const templateCreateBody = z
  .strictObject({ name, options: givenOptions, isShared })
  .meta({ id: 'ImportTemplateCreate' });

/** A change; what is left out stays. Options are replaced as a whole. */
export const templateChangeBody = z
  .strictObject({ name: name.optional(), options: givenOptions.optional(), isShared })
  .meta({ id: 'ImportTemplateChange' });

/** Query parameters of the list. */
export const templateListQuery = z.strictObject({
  object: z.string().min(1).max(100).optional().meta({ description: 'Only templates for this object.' }),
  ...pageQuery().shape,
});

/** A template in responses. */
export const templateSchema = z
  .object({
    id: z.uuid(),
    object: z.string(),
    name: z.string(),
    options: importOptionsSchema,
    leftOut: z
      .array(
        z.object({
          column: z.string(),
          field: z.string().nullable().meta({
            description: 'Null for those who neither made the template nor manage fields.',
          }),
        }),
      )
      .meta({
        description: 'Columns that are mapped to fields which are gone, or which the caller may not fill.',
      }),
    isShared: z.boolean(),
    owner: makerSchema.nullable().meta({ description: 'Null if an API key made it.' }),
    mayChange: z.boolean(),
    version: z.int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'ImportTemplate' });

/** A page of templates. */
export const templateListSchema = listSchema(templateSchema, 'ImportTemplateList');
