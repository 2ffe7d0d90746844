import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

const FOUR_HOURS_MS = 4 * 3_600_000;

/** Changes the records that a deletion or restoration affects. `bulkJobId` is the row that shows its progress. */
export const runCascadeJob = defineJob({
  name: 'bulk.cascade',
  schema: z.object({ bulkJobId: z.uuid() }),
  attempts: 20,
  timeoutMs: FOUR_HOURS_MS,
});
