import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

/**
 * Reseals the values of the company's token vault with the active key. It needs no checkpoint, because finished values
 * are not selected again.
 */
export const resealTokensJob = defineJob({
  name: 'field-security.reseal-tokens',
  schema: z.object({}),
  attempts: 20,
  timeoutMs: 4 * 3_600_000,
});
