import { defineJob } from '@pellucid/platform/jobs';
import { z } from 'zod';

/**
 * Rewraps keys of a company, and those of the installation, with the current master key. It needs no checkpoint,
 * because finished rows are not selected again.
 */
export const rewrapKeysJob = defineJob({
  name: 'installation-keys.rewrap',
  schema: z.object({}),
  attempts: 20,
  timeoutMs: 4 * 3_600_000,
});
