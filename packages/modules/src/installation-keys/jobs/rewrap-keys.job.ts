import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

/**
 * Wraps keys of a company, and those of the installation, under the present master key. What is done needs no checkpoint: it is
 * not found again.
 */
export const rewrapKeysJob = defineJob({
  name: 'installation-keys.rewrap',
  schema: z.object({}),
  attempts: 20,
  timeoutMs: 4 * 3_600_000,
});
