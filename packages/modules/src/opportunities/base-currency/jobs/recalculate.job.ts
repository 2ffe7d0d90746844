import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

const FOUR_HOURS_MS = 4 * 3_600_000;

/**
 * Recalculates amounts in the base currency after that has changed. It may be repeated: each record stores its own
 * state.
 */
export const recalculateJob = defineJob({
  name: 'opportunities.recalculate',
  schema: z.object({}),
  attempts: 20,
  timeoutMs: FOUR_HOURS_MS,
});
