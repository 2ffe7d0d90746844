import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

const FOUR_HOURS_MS = 4 * 3_600_000;

/**
 * Recomputes the forms in which a company's texts are compared. It may be repeated: rows in the current form are
 * unchanged.
 */
export const restateTextsJob = defineJob({
  name: 'tenancy.restate-texts',
  schema: z.object({}),
  attempts: 20,
  timeoutMs: FOUR_HOURS_MS,
});
