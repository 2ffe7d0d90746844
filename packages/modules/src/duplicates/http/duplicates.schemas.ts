import { listSchema, pageQuery } from '@pellucid/platform/http';
import { z } from 'zod';
import { pairRecord, ruleScore } from '../rules/duplicate-rules.schema.js';

const id = z.uuid({ error: 'must be a UUID' }).transform((text) => text.toLowerCase());

export const listQuery = pageQuery().extend({
  object: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Only pairs with a record of this object.' }),
  record: id.optional().meta({ description: 'Only pairs with this record.' }),
  status: z.enum(['open', 'dismissed']).default('open').meta({
    description: '`dismissed`: pairs of which somebody has said that they are no duplicates.',
  }),
});

/** A pair of records that may be the same thing. */
export const pairSchema = z
  .object({
    id: z.uuid(),
    records: z.tuple([pairRecord, pairRecord]),
    score: z.int().meta({ description: 'How alike they are by the best rule, in percent.' }),
    rules: z.array(ruleScore).meta({ description: 'Why, the best match first.' }),
    dismissedAt: z.string().nullable(),
  })
  .meta({ id: 'DuplicatePair' });

export const pairsSchema = listSchema(pairSchema, 'DuplicatePairList');
