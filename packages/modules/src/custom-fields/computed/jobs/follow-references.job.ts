import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

const FOUR_HOURS_MS = 4 * 3_600_000;

/** Works out the stored values of records that refer to some others, after these changed. It may be repeated. */
export const followReferencesJob = defineJob({
  name: 'custom-fields.follow',
  schema: z.object({
    object: z.string(),
    field: z.string(),
    to: z.object({ object: z.string(), ids: z.array(z.uuid()) }),
  }),
  attempts: 20,
  timeoutMs: FOUR_HOURS_MS,
});
