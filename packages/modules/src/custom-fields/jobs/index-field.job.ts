import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

const FOUR_HOURS_MS = 4 * 3_600_000;

/** Copies the values of a field to the index. It may be repeated: copies that are right stay. */
export const indexFieldJob = defineJob({
  name: 'custom-fields.index',
  schema: z.object({ field: z.uuid() }),
  attempts: 20,
  timeoutMs: FOUR_HOURS_MS,
});
