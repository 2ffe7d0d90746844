import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

const FOUR_HOURS_MS = 4 * 3_600_000;

/** Recomputes the names of an object's records after its rule for names has changed. It may be repeated. */
export const renameRecordsJob = defineJob({
  name: 'custom-objects.rename-records',
  schema: z.object({ id: z.uuid() }),
  attempts: 20,
  timeoutMs: FOUR_HOURS_MS,
});
