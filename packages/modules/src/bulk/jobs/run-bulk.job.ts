import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

const FOUR_HOURS_MS = 4 * 3_600_000;

/** Does the work of one `bulk_job` row. It continues from its checkpoint, so long work may take several attempts. */
export const runBulkJob = defineJob({
  name: 'bulk.run',
  schema: z.object({ bulkJobId: z.uuid() }),
  timeoutMs: FOUR_HOURS_MS,
});
