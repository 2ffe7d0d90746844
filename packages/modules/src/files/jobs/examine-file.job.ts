import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

/** Scans a new file, and draws its thumbnail. While the scanner is out of reach the file waits, for a day or so. */
export const examineFileJob = defineJob({
  name: 'files.examine',
  schema: z.strictObject({ fileId: z.uuid() }),
  attempts: 300,
  backoff: { firstMs: 1_000, maxMs: 300_000 },
});
