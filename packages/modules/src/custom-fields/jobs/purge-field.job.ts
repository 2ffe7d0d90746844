import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

const FOUR_HOURS_MS = 4 * 3_600_000;

/** Removes the values of a field that was deleted at the time, unless it was restored since. */
export const purgeFieldJob = defineJob({
  name: 'custom-fields.purge',
  schema: z.object({ field: z.uuid(), deletedAt: z.iso.datetime() }),
  attempts: 20,
  timeoutMs: FOUR_HOURS_MS,
});
