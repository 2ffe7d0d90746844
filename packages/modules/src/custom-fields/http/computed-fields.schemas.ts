import { conditionSchema, type FieldType } from '@pellucid/conditions';
import { z } from 'zod';

/** Key of an object or a field. */
export const key = z.string().min(1).max(200);

const formula = z.string().max(4_000).meta({
  description: 'CEL over the fields of the record, and of the records that it refers to: `amount * 0.1`.',
});

const rollup = z
  .strictObject({
    object: key.meta({ description: 'Key of the object whose records refer to this one.' }),
    field: key.meta({ description: 'Its field that refers to this one.' }),
    fn: z.enum(['count', 'sum', 'min', 'max']),
    of: key.optional().meta({ description: 'Its field that is added up or compared; none for `count`.' }),
    filter: conditionSchema.optional().meta({ description: 'Which of the records count.' }),
  })
  .meta({ id: 'CustomFieldRollup' });

const autoNumber = z
  .strictObject({
    prefix: z.string().max(20).optional(),
    digits: z.int().min(1).max(12).optional().meta({ description: 'Fewest digits; 5 by default.' }),
    start: z
      .int()
      .min(0)
      .max(1_000_000_000)
      .optional()
      .meta({ description: 'The first number; 1 by default.' }),
  })
  .meta({ id: 'CustomFieldAutoNumber' });

/** How the product works out a field's values, in a request that changes it. */
export const computedChange = {
  formula: formula.optional(),
  rollup: rollup.optional(),
  autoNumber: autoNumber.optional(),
};

/** The same for a new field, whose values may be of another type than the one that follows. */
export const computedWish = (types: [FieldType, ...FieldType[]]) => ({
  ...computedChange,
  valueType: z.enum(types).optional().meta({
    description: 'Of a field of type `formula`: the type of its values; by default that of the result.',
  }),
});

/** The same in responses. */
export const computedShownSettings = (types: [FieldType, ...FieldType[]]) => ({
  formula: z.string().optional(),
  rollup: z
    .object({
      object: z.string(),
      field: z.string(),
      fn: z.enum(['count', 'sum', 'min', 'max']),
      of: z.string().optional(),
      filter: z.unknown().optional(),
    })
    .optional(),
  autoNumber: z
    .object({
      prefix: z.string().optional(),
      digits: z.int().optional(),
      start: z.int().optional(),
    })
    .optional(),
  valueType: z.enum(types).optional().meta({ description: 'Of a computed field: the type of its values.' }),
});

/** A formula to try. */
export const previewBody = z
  .strictObject({
    object: key,
    formula,
    scale: z.int().min(0).max(8).optional(),
    filter: conditionSchema.optional().meta({ description: 'On which records to try it.' }),
    ids: z
      .array(z.uuid({ error: 'must be a UUID' }).transform((id) => id.toLowerCase()))
      .min(1)
      .max(20)
      .optional()
      .meta({ description: 'On which records to try it, instead of a filter.' }),
  })
  .meta({ id: 'FormulaPreviewRequest' });
