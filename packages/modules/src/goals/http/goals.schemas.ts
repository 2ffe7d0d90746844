import { z } from 'zod';
import { METRICS, PERIODS } from '../goals.record.js';

const day = z.iso.date();
const named = z.object({ id: z.string(), name: z.string() }).nullable();
const valuesOf = <T extends string>(options: readonly { value: T }[]) =>
  z.enum(options.map(({ value }) => value) as [T, ...T[]]);

/** Which goals are asked for. */
export const progressQuery = z.strictObject({
  on: day.optional().meta({ description: 'A day of the period; today if left out' }),
  owner: z.uuid().optional().meta({ description: 'Only goals of this person' }),
});

const part = z
  .object({
    object: z.string().meta({ description: 'Key of the object whose records count' }),
    filter: z.unknown().meta({ description: 'The filter that finds these records in a list' }),
    value: z.string().nullable().meta({ description: 'null if your roles might not show you all of them' }),
  })
  .meta({ id: 'GoalPart' });

/** A goal with how far it is reached. */
const progress = z
  .object({
    id: z.string(),
    name: z.string(),
    metric: valuesOf(METRICS),
    kinds: z.array(z.string()),
    period: valuesOf(PERIODS),
    owner: named,
    team: named,
    target: z.string(),
    value: z.string().nullable().meta({
      description:
        'What is reached, revenue in the base currency; null if your roles might not show you all that counts',
    }),
    from: day,
    to: day,
    elapsed: z.number().meta({ description: 'The part of the period that has passed, from 0 to 1' }),
    parts: z.array(part),
  })
  .meta({ id: 'GoalProgress' });

export const progressAnswer = z
  .object({
    data: z.array(progress),
    hasMore: z.boolean().meta({ description: 'Whether there are goals that are not listed' }),
  })
  .meta({ id: 'GoalProgressList' });

export type GoalProgress = z.output<typeof progress>;
export type GoalPart = z.output<typeof part>;
