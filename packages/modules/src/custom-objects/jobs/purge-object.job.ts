import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

const FOUR_HOURS_MS = 4 * 3_600_000;

/** Removes the records of an object that was deleted long ago, and its rights in roles. It may be repeated. */
export const purgeObjectJob = defineJob({
  name: 'custom-objects.purge',
  schema: z.object({ id: z.uuid() }),
  attempts: 20,
  timeoutMs: FOUR_HOURS_MS,
});
