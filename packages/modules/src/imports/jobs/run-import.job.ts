import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

/** Runs an import from its last checkpoint. Every attempt makes progress, so many are allowed. */
export const runImportJob = defineJob({
  name: 'imports.run',
  schema: z.object({ importId: z.uuid() }),
  attempts: 20,
  backoff: { firstMs: 500, maxMs: 30_000 },
  timeoutMs: 12 * 3_600_000,
});
