import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

/** Seals the values of the company's token vault under the active key. What is done needs no checkpoint: it is not found again. */
export const resealTokensJob = defineJob({
  name: 'field-security.reseal-tokens',
  schema: z.object({}),
  attempts: 20,
  timeoutMs: 4 * 3_600_000,
});
