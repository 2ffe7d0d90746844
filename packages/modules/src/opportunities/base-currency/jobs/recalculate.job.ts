import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

const FOUR_HOURS_MS = 4 * 3_600_000;

/** Recalculates what the company keeps in its base currency after that has changed. It may be repeated: each record says where it is. */
export const recalculateJob = defineJob({
  name: 'opportunities.recalculate',
  schema: z.object({}),
  attempts: 20,
  timeoutMs: FOUR_HOURS_MS,
});
