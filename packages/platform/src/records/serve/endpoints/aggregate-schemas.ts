import { z } from 'zod';
import { viewNotesSchema } from '../record-schemas.js';
import {
  BUCKETS,
  GROUPS_BY_DEFAULT,
  MEASURE_FUNCTIONS,
  MOST_DIMENSIONS,
  MOST_GROUPS,
  MOST_MEASURES,
} from '../../read/index.js';

const fieldPath = z.string().min(1).max(200);

/** Body of /aggregate. */
export const aggregateBody = z
  .strictObject({
    view: z
      .uuid({ error: 'must be the ID of a view' })
      .transform((id) => id.toLowerCase())
      .optional()
      .meta({ description: 'ID of a saved view, whose filter applies too.' }),
    filter: z.unknown().optional().meta({ description: 'Condition tree, as in lists.' }),
    q: z.string().max(200).optional().meta({ description: 'Quick search: every word must occur.' }),
    groupBy: z
      .array(
        z.strictObject({
          field: fieldPath.meta({
            description: 'Key, or a path through references such as `account.industry`.',
          }),
          by: z.enum(BUCKETS).optional().meta({
            description:
              'Period of a date or a time, in the time zone, week and fiscal year of the company. Times are grouped by day by default.',
          }),
        }),
      )
      .max(MOST_DIMENSIONS)
      .default([]),
    measures: z
      .array(
        z.strictObject({
          fn: z.enum(MEASURE_FUNCTIONS),
          field: fieldPath.optional().meta({
            description:
              'Required except for `count`, which then counts records. With a field, records in which it is filled.',
          }),
        }),
      )
      .min(1)
      .max(MOST_MEASURES)
      .default([{ fn: 'count' }]),
    sort: z
      .array(
        z
          .strictObject({
            group: z.int().min(0).optional().meta({ description: 'Index of a field in `groupBy`.' }),
            measure: z.int().min(0).optional().meta({ description: 'Index of a measure.' }),
            descending: z.boolean().optional(),
          })
          .refine((key) => (key.group === undefined) !== (key.measure === undefined), {
            error: 'give either "group" or "measure"',
          }),
      )
      .max(3)
      .default([])
      .meta({ description: 'By the group fields in ascending order by default; empty keys are last.' }),
    limit: z
      .int()
      .min(1)
      .max(MOST_GROUPS)
      .default(GROUPS_BY_DEFAULT)
      .meta({ description: 'Groups to return.' }),
  })
  .meta({
    id: 'AggregateRequest',
    description:
      "Over the records the caller can view. Fields that their roles mask or hide in any record can't be grouped or measured (422). Amounts are in the base currency. A record with several values in a field is in the group of each, so groups may add up to more than the totals.",
  });

const named = z.object({ id: z.uuid(), name: z.string() });
const value = z.union([z.string(), z.number(), z.null()]);

/** Answer of /aggregate. */
export const aggregateSchema = z
  .object({
    rows: z.array(
      z.object({
        keys: z.array(z.union([z.string(), z.number(), z.boolean(), named, z.null()])).meta({
          description:
            'In the order of `groupBy`. Periods are named by their first day. Null: the field is empty, or not shown to the caller.',
        }),
        values: z.array(value).meta({
          description:
            'In the order of `measures`. Counts are numbers, numbers and amounts exact decimal texts, dates and times texts.',
        }),
      }),
    ),
    totals: z.array(value).meta({
      description:
        'The measures over all records that match, each counted once, however many groups are shown.',
    }),
    rowsCounted: z.int().meta({ description: 'Records that match.' }),
    hasMore: z.boolean().meta({ description: 'Whether there are more groups than the limit.' }),
    currency: z.string().optional().meta({ description: 'The currency of all amounts in the answer.' }),
    meta: z
      .object({
        recalculating: z.object({ from: z.string(), to: z.string() }).optional().meta({
          description: 'The base currency is being changed, so amounts may not be final.',
        }),
        view: viewNotesSchema.optional().meta({ description: 'Parts of the view that do not apply.' }),
      })
      .optional(),
  })
  .meta({ id: 'Aggregate' });
