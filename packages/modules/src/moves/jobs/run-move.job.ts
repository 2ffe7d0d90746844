import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

/** Runs a move from its last checkpoint. Every attempt makes progress, so many are allowed. */
export const runMoveJob = defineJob({
  name: 'moves.run',
  schema: z.object({ moveId: z.uuid() }),
  attempts: 20,
  backoff: { firstMs: 500, maxMs: 30_000 },
  timeoutMs: 24 * 3_600_000,
});
